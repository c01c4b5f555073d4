"""Runs the real command: `python3 -m unittest discover Python/tests`, with ORRERY naming it."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Python"))

import orrery  # noqa: E402  (the package beside this folder, installed or not)

MACHINE = ROOT / "HardwareSpecs" / "fusemax.yaml"
WORKLOAD = ROOT / "Workloads" / "attention-1pass.yaml"
STUDY = """
study: small
base: {{machine: {machine}, workload: {workload}, B: 1}}
axes:
  M: {{log2: [1Ki, 4Ki]}}
  dram.bandwidth: [100 GB/s, 400 GB/s]
objectives: {{latency.seconds: minimise, energy.joules: minimise}}
"""


class OrreryTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.study = os.path.join(self.folder.name, "small.yaml")
        with open(self.study, "w", encoding="utf-8") as file:
            file.write(STUDY.format(machine=MACHINE, workload=WORKLOAD))

    def tearDown(self):
        self.folder.cleanup()

    def test_a_point(self):
        one = orrery.run(MACHINE, WORKLOAD, B=1, M="1Ki")
        four = orrery.run(MACHINE, WORKLOAD, settings={"B": 1, "M": "4Ki"})
        self.assertGreater(four["latency"]["seconds"], one["latency"]["seconds"])

    def test_what_is_wrong_is_raised(self):
        with self.assertRaises(orrery.OrreryError) as caught:
            orrery.run(MACHINE, WORKLOAD, settings={"dram.bandwith": "1 GB/s"})
        self.assertEqual(caught.exception.exit_code, 2)
        self.assertIn("did you mean", str(caught.exception))

    def test_a_study_is_a_table(self):
        rows = orrery.study(self.study)
        if not isinstance(rows, list):
            rows = rows.to_dict("records")
        self.assertEqual(len(rows), 6)
        self.assertEqual(rows[0]["M"], "1Ki")
        self.assertGreater(rows[0]["latency.seconds"], 0)
        self.assertTrue(all(row["error"] is None for row in rows))

    def test_questions_are_answered(self):
        with orrery.Evaluator(self.study, jobs=2) as ask:
            self.assertEqual([axis["name"] for axis in ask.axes], ["M", "dram.bandwidth"])
            self.assertEqual(ask.objectives["energy.joules"], "minimise")
            futures = [ask.submit({"M": 1024 * (1 + i), "dram.bandwidth": "200 GB/s"}) for i in range(4)]
            answers = [future.result() for future in futures]
            self.assertIn("no axis", ask({"N": 1})["error"])
        times = [answer["objectives"]["latency.seconds"] for answer in answers]
        self.assertEqual(times, sorted(times))


if __name__ == "__main__":
    unittest.main()
