import Testing
@testable import OrrerySimulation
