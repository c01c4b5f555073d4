import Testing
@testable import OrreryMemory
