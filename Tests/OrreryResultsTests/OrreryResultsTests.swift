import Testing
@testable import OrreryResults
