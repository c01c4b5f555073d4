import Testing
@testable import OrreryMachine
