// OrreryLowering
