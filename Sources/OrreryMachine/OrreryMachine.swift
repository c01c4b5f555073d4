// OrreryMachine
