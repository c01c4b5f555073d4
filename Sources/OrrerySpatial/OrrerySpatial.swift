// OrrerySpatial
