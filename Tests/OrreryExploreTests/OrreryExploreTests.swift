import Testing
@testable import OrreryExplore
