"""Tables of healthy worlds and of recurring drift, from folders small enough to count by hand."""

import sys
import unittest

try:
    import h5py
    import numpy
except ImportError:
    h5py = None

from study_script import StudyScript


class HealTables(StudyScript):
    SCRIPT = "heal-tables"

    def write_runs(self, header, runs):
        """By point: its state and the values of the header."""
        lines = [f'point,seed,state,{header}']
        for point, values in runs.items():
            lines.append(f'"{point}",{point.rsplit("=", 1)[1]},{values}')
        (self.folder / "runs.csv").write_text("\n".join(lines) + "\n")

    def write_assessments(self, point, rows):
        folder = self.folder / "points" / point
        folder.mkdir(parents=True)
        columns = [("round", "u4"), ("service", "i4"), ("qos_contribution", "f8"), ("underperforming", "u1")]
        with h5py.File(folder / "trace.h5", "w") as file:
            file["assessment"] = numpy.array(rows, dtype=columns)

    @unittest.skipIf(h5py is None, "h5py is not installed")
    def test_flags_are_judged_by_the_mean_harm_of_members_that_stayed(self):
        none, heal = "iid,strategy=none,seed=1", "iid,strategy=heal,seed=1"
        self.write_runs("members,served,members_last,served_last,flags,changed,trials,labels",
                        {none: "complete,.90,.90,.90,.90,0,,,400", heal: "complete,.92,.91,.90,.90,2,3,20,400",
                         "iid,strategy=heal,seed=2": "failed,,,,,,,,"})
        # Over both rounds service 4 harms by .003 in the mean, service 5 by -.001.
        self.write_assessments(none, [(1, 4, -.008, 0), (1, 5, .001, 0), (2, 4, .002, 0), (2, 5, .001, 0)])
        # Service 9 joined: nobody knows what it would do in the other run.
        self.write_assessments(heal, [(1, 4, -.008, 1), (1, 5, -.01, 1), (2, 5, .0, 0), (2, 9, -.01, 1)])
        (first, second), text = self.tables("healthy")
        self.assertIn("iid: 1 of 2 members of `none` truly harm; largest mean harm 0.0030", text)
        self.assertEqual(first["flags per 100 rounds"], "0.00")
        self.assertEqual(second["flags per 100 rounds"], "150.00")
        self.assertEqual(second["members flagged, and truly harmful"], "3: 1 of 2 judged")
        self.assertEqual(second["changes a run"], "3.0")
        self.assertEqual(second["trials a run"], "20")
        self.assertEqual(second["members, %"], "92.00<br>+2.00 [+2.00, +2.00]")
        self.assertEqual(second["served, %"], "91.00<br>+1.00 [+1.00, +1.00]")

    def test_regret_is_to_the_best_of_each_round(self):
        runs, rounds = {}, ["point,round,accuracy"]
        for setting, of_odd, of_even, trials in (("none", .5, .8, ""), ("heal", .7, .6, "30")):
            for seed in (1, 2):
                point = f"{setting},seed={seed}"
                runs[point] = f"complete,{trials},4,"
                rounds += [f'"{point}",{r},{of_odd if r % 2 else of_even}' for r in range(1, 81)]
        self.write_runs("trials,changed,substituted", runs)
        (self.folder / "rounds.csv").write_text("\n".join(rounds) + "\n")
        (none, heal), text = self.tables("recurring")
        self.assertEqual(none["accuracy, %"], "65.00 [65.00, 65.00]")
        self.assertEqual(none["round 10 of a period"], "80.0")
        self.assertEqual(none["regret to the best of a round"], "10.00")
        self.assertEqual(heal["regret to the best of a round"], "10.00")
        self.assertEqual(heal["trials a run"], "30")
        self.assertEqual(none["trials a run"], "0")
        self.assertIn("heal less none: +0.00", text)

    def test_what_is_no_study_is_told(self):
        self.assertIn("expected the output folder of mlaasim sweep", self.run_script("recurring", str(self.folder)).stderr)
        self.write_runs("members", {"iid,strategy=none,seed=1": "running,"})
        self.assertIn("no run is complete", self.run_script("recurring", str(self.folder)).stderr)
        self.assertIn("scripts/heal-tables healthy DIR", self.run_script().stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
