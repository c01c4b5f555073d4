// OrreryExplore
