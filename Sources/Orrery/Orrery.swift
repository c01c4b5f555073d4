// Orrery
