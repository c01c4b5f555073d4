// OrreryResults
