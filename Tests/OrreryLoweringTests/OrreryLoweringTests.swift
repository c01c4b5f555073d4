import Testing
@testable import OrreryLowering
