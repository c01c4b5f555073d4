import Testing
@testable import OrreryEinsum
