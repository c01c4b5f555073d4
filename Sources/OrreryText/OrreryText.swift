// OrreryText
