"""Single points."""

import json

from .command import call


def run(machine, workload, mapping=None, settings=None, fold=True, limits=False, exact=False, tolerance=None, **more):
    """Runs a workload on a machine and returns the JSON result as a dict (Docs/Results.md says what is in it).

    ``settings`` are values by path, such as ``{"dram.bandwidth": "800 GB/s"}``; keyword arguments are settings too, for
    names without dots. ``limits`` reruns with relaxed components to see what limits. ``fold=False`` simulates every cycle,
    ``exact`` estimates nothing; ``tolerance`` is how far off a run may be that does not repeat exactly, such as "1 %".
    """
    arguments = ["run", machine, workload, "--json", "-"]
    if mapping is not None:
        arguments += ["--mapping", mapping]
    for path, value in {**(settings or {}), **more}.items():
        arguments += ["--set", "%s=%s" % (path, value)]
    if not fold:
        arguments.append("--no-fold")
    if exact:
        arguments.append("--exact")
    if tolerance is not None:
        arguments += ["--tolerance", tolerance]
    if not limits:
        arguments.append("--no-limits")
    return json.loads(call(arguments))
