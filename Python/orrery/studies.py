"""Whole studies."""

import json
import os
import tempfile

from .command import call
from .tables import table


def study(path, store=None, jobs=None, retry_failed=False, exact=False, tolerance=None):
    """Runs what the store does not have of a study, and returns a table with a row for each point.

    Columns are the study's axes, then every metric that it names, then ``error`` (None where there is a result), and
    ``folding.sample.half_width_relative`` where points were estimated. A study part of which failed gives a table all
    the same. ``exact`` estimates nothing; ``tolerance`` is how far off a point may be that does not repeat exactly.
    """
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["study", "run", path, "--quiet", "--output", folder]
        if store is not None:
            arguments += ["--store", store]
        if jobs is not None:
            arguments += ["--jobs", jobs]
        if retry_failed:
            arguments.append("--retry-failed")
        if exact:
            arguments.append("--exact")
        if tolerance is not None:
            arguments += ["--tolerance", tolerance]
        # Failed points are rows with an error; where nothing was written the command says why.
        call(arguments, allowed=(3, 4, 5))
        names = [name for name in os.listdir(folder) if name.endswith(".json")]
        with open(os.path.join(folder, names[0]), encoding="utf-8") as file:
            points = json.load(file)["points"]
    # Only points of which a part was estimated say how far off they may be.
    metrics = list(dict.fromkeys(name for point in points for name in point.get("metrics", {})))
    rows = []
    for point in points:
        row = dict(point["at"])
        row.update({name: point.get("metrics", {}).get(name) for name in metrics})
        row["error"] = point.get("error")
        rows.append(row)
    return table(rows)
