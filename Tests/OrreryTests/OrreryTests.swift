import Testing
@testable import Orrery
