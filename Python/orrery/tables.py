"""Rows as people want them."""


def table(rows):
    """A pandas data frame of dicts where pandas is installed, the list itself elsewhere."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)
