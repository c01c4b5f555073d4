import Testing
@testable import OrreryLink
