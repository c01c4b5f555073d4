#!/usr/bin/env python3
"""Searches a study's axes with an outside optimiser, through `orrery evaluate`.

    Scripts/optimize.py STUDY --method nsga2 --points 200
    Scripts/optimize.py STUDY --method tpe --points 100 --seed 7 --jobs 4

Methods: nsga2 and tpe (Optuna), pymoo-nsga2 (pymoo). Prints the front that was found as CSV; every point that was run is in the
study's store, so that `orrery study` finds it again. Optuna and pymoo come from PyPI: pip install optuna pymoo.
"""

import argparse
import csv
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Python"))

import orrery  # noqa: E402  (the package beside this script, installed or not)

#: What an optimiser is told of a point that failed or is not feasible.
BAD = 1e30


def need(name):
    """A module from PyPI, or an end that says how to get it."""
    try:
        return __import__(name)
    except ImportError:
        sys.exit("optimize.py: %s is not installed; pip install %s" % (name, name))


class Space:
    """The axes as unit intervals and choices."""

    def __init__(self, ask):
        self.ask = ask
        self.axes = ask.axes
        self.names = list(ask.objectives)
        if not self.names:
            sys.exit("optimize.py: the study has no objectives")
        self.signs = [1 if ask.objectives[name] == "minimise" else -1 for name in self.names]
        self.found = {}

    def value(self, axis, fraction):
        """The value of an axis at a fraction of its way."""
        if "values" in axis:
            return axis["values"][min(len(axis["values"]) - 1, int(fraction * len(axis["values"])))]
        first, last = axis["first"], axis["last"]
        number = first * (last / first) ** fraction if axis["log"] else first + fraction * (last - first)
        if axis["multiple"]:
            number = max(1, round(number / axis["multiple"])) * axis["multiple"]
        return "%.6g %s" % (number, axis["unit"]) if axis["unit"] else float("%.6g" % number)

    def scores(self, at, answer):
        """The objectives of an answer, smaller being better; keeps what was feasible."""
        if not answer.get("feasible") or "error" in answer:
            return [BAD] * len(self.names)
        values = [answer["objectives"][name] for name in self.names]
        if any(value is None for value in values):
            return [BAD] * len(self.names)
        scores = [sign * value for sign, value in zip(self.signs, values)]
        self.found[tuple(map(str, at.values()))] = (at, values, scores)
        return scores

    def front(self):
        """The points that no other one beats in every objective, the best in the first objective first."""
        points = sorted(self.found.values(), key=lambda point: point[2])
        front = []
        for point in points:
            if not any(all(a <= b for a, b in zip(other[2], point[2])) for other in front):
                front.append(point)
        return front


def search_with_optuna(space, method, points, seed, jobs):
    optuna = need("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    samplers = optuna.samplers
    sampler = (
        samplers.NSGAIISampler(seed=seed, population_size=max(4, min(50, points // 4))) if method == "nsga2"
        else samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True))
    study = optuna.create_study(directions=["minimize"] * len(space.names), sampler=sampler)
    asked = 0
    while asked < points:
        batch = []
        for _ in range(min(jobs, points - asked)):
            trial = study.ask()
            at = {}
            for axis in space.axes:
                if "values" in axis:
                    at[axis["name"]] = trial.suggest_categorical(axis["name"], axis["values"])
                else:
                    at[axis["name"]] = space.value(axis, trial.suggest_float(axis["name"], 0, 1))
            batch.append((trial, at, space.ask.submit(at)))
            asked += 1
        for trial, at, future in batch:
            study.tell(trial, space.scores(at, future.result()))


def search_with_pymoo(space, points, seed):
    need("pymoo")
    import numpy
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    class Study(Problem):
        def __init__(self):
            super().__init__(n_var=len(space.axes), n_obj=len(space.names), xl=0.0, xu=1.0)

        def _evaluate(self, x, out, *_, **__):
            questions = [{axis["name"]: space.value(axis, value) for axis, value in zip(space.axes, row)} for row in x]
            futures = [space.ask.submit(at) for at in questions]
            out["F"] = numpy.array([space.scores(at, future.result()) for at, future in zip(questions, futures)])

    size = max(4, min(50, points // 4))
    minimize(Study(), NSGA2(pop_size=size), ("n_gen", math.ceil(points / size)), seed=seed, verbose=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study")
    parser.add_argument("--method", choices=["nsga2", "tpe", "pymoo-nsga2"], default="nsga2")
    parser.add_argument("--points", type=int, default=100, help="points to ask for")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="points at a time")
    parser.add_argument("--store", help="store of results; by default the study's own")
    arguments = parser.parse_args()
    need("pymoo" if arguments.method == "pymoo-nsga2" else "optuna")
    with orrery.Evaluator(arguments.study, store=arguments.store, jobs=arguments.jobs) as ask:
        space = Space(ask)
        if arguments.method == "pymoo-nsga2":
            search_with_pymoo(space, arguments.points, arguments.seed)
        else:
            search_with_optuna(space, arguments.method, arguments.points, arguments.seed, arguments.jobs)
    front = space.front()
    writer = csv.writer(sys.stdout)
    writer.writerow([axis["name"] for axis in space.axes] + space.names)
    for at, values, _ in front:
        writer.writerow(list(at.values()) + values)
    print("%d feasible points, %d on the front" % (len(space.found), len(front)), file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except orrery.OrreryError as error:
        sys.exit("optimize.py: %s" % error)
