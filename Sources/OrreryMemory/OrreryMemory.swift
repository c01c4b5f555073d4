// OrreryMemory
