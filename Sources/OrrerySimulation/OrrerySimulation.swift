// OrrerySimulation
