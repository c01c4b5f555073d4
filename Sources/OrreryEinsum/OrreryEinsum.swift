// OrreryEinsum
