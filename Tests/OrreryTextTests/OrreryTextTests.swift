import Testing
@testable import OrreryText
