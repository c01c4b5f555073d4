import Testing
@testable import OrrerySpatial
