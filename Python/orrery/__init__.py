"""Runs Orrery from Python: single points, whole studies, and questions of an optimiser.

Standard library only; tables are pandas data frames where pandas is installed, lists of dicts elsewhere.

    import orrery

    result = orrery.run("HardwareSpecs/fusemax.yaml", "Workloads/attention-1pass.yaml", M="4Ki")
    print(result["latency"]["seconds"])

    table = orrery.study("Studies/fusemax.yaml")       # a data frame, or a list of dicts

    with orrery.Evaluator("Studies/fusemax.yaml") as ask:
        print(ask({"design": "binding", "M": "1Ki"}))

The command is found through the environment variable ORRERY, beside this package in `.build/release`, or on the PATH.
"""

from .command import OrreryError, command
from .evaluator import Evaluator
from .points import run
from .studies import study
from .tables import table

__all__ = ["Evaluator", "OrreryError", "command", "run", "study", "table"]
