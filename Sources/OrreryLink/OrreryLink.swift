// OrreryLink
