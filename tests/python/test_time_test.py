"""Tables of adaptation at test time: gains, costs and forgetting of folders small enough to count by hand."""

import sys
import unittest

try:
    import h5py
    import numpy
except ImportError:
    h5py = None

from study_script import StudyScript

MODEL = ('{"input":[1,4,4],"classes":2,"layers":[{"kind":"convolution","in":1,"out":2,"window":[3,3]},'
         '{"kind":"batch_norm","in":2},{"kind":"relu"},{"kind":"max_pool","window":[2,2]},{"kind":"flatten"},'
         '{"kind":"linear","in":8,"out":2}]}')
COLUMNS = {
    "candidates": [("round", "u4")],
    "rules": [("round", "u4")],
    "services": [("round", "u4"), ("role", "S12"), ("samples", "i8"), ("bytes", "i8")],
    "tta": [("round", "u4"), ("technique", "S16"), ("samples", "i8"), ("outcome", "S24")],
    "serving": [("round", "u4"), ("samples", "i8"), ("labels", "i8"), ("adapted_to", "i8"), ("flagged", "f8")],
    "timing": [("round", "u4"), ("phase", "S16"), ("seconds", "f8")],
}


class TestTime(StudyScript):
    SCRIPT = "test-time"

    def write_runs(self, accuracies, corruption="stripe"):
        """By column and seed."""
        text = "point,seed,data.source,state,accuracy\n"
        for column, by_seed in accuracies.items():
            for seed, accuracy in by_seed.items():
                name = f"{column},source=mnist,partition=iid,{corruption},seed={seed}"
                text += f'"{name}",{seed},mnist,complete,{accuracy}\n'
        (self.folder / "runs.csv").write_text(text)

    def write_trace(self, name, **tables):
        folder = self.folder / "points" / name
        folder.mkdir(parents=True)
        with h5py.File(folder / "trace.h5", "w") as file:
            file.attrs["model"] = MODEL
            file.attrs["scenario"] = "services:\n  holdout: 0.5\ntraining:\n  epochs: 3\n"
            for table, columns in COLUMNS.items():
                file[table] = numpy.array(tables.get(table, []), dtype=columns)

    def test_gains_are_paired_by_seed(self):
        self.write_runs({"mixed": {1: 0.5, 2: 0.75}, "ours": {1: 0.5625, 2: 0.875, 3: 1.0}})
        for number, head in enumerate([{"clean": "", "mixed": "62.5", "ours": "81.2"}, {"ours": "+9.4 [+6.2, +12.5]"},
                                       {"ours": "+6.2"}]):
            line = self.tables("table-2", number=number)[0][0]
            self.assertEqual(line, {"stream": "MNIST, balanced", "corruption": "stripe", "replaced, 30 %": "",
                                    "replaced, 50 %": "", "sam": "", "ours, 50 labels": ""} | head)

    def test_gains_of_two_plays_are_a_table_to_draw(self):
        self.write_runs({"mixed": {1: 0.5, 2: 0.75}, "ours": {1: 0.5625, 2: 0.875, 3: 1.0}})
        again = self.folder / "again.csv"
        again.write_text((self.folder / "runs.csv").read_text().replace("0.875", "0.75"))
        done = self.run_script("gains", str(self.folder / "runs.csv"), str(again))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(), [
            "setting,column,metric,seeds,mean,low95,high95",
            '"MNIST, balanced, stripe",ours,gain,2,9.375,6.25,12.5',
            '"MNIST, balanced, stripe","ours, again",gain,2,3.125,0.0,6.25'])

    @unittest.skipIf(h5py is None, "needs h5py")
    def test_costs_are_those_of_one_response(self):
        self.write_runs({"mixed": {1: 0.5}, "substitute_30": {1: 0.75}, "ours": {1: 0.625}})
        member = (7, b"member", 40, 200)
        self.write_trace("substitute_30,source=mnist,partition=iid,stripe,seed=1",
                         services=[member, (6, b"candidate", 120, 200), (5, b"candidate", 99, 99)],
                         candidates=[(6,), (6,)], timing=[(6, b"trial", 0.5), (6, b"train", 9.0), (5, b"trial", 9.0)])
        # Two windows in one round and one in the next: what is counted is divided by two.
        self.write_trace("ours,source=mnist,partition=iid,stripe,seed=1", services=[member],
                         serving=[(6, 100, 0, 0, 0.0), (6, 100, 0, 0, 0.0), (7, 200, 0, 50, 0.5)])
        (substitute, ours), _ = self.tables("table-3")
        by_phase = [self.tables("table-3", number=number)[0] for number in (1, 3, 4)]
        # 3 epochs forward and back on 40 samples (a row has 120), and as many held out.
        self.assertEqual(substitute["sample passes, trained for it"], "400")
        self.assertEqual(substitute["sample passes, already trained"], "40")
        self.assertEqual(substitute["bytes"], f"{2 * 136 + 200}")
        self.assertEqual(substitute["measured s"], "0.500")
        # 400 passes of 18 x 2 x 16 + (2 + 1) x 32 + 3 x 8 + 2 x 16 = 728 operations are 0.0003 GFLOP.
        self.assertEqual(substitute["GFLOP"], "0.00")
        look = 2 * 13 * 256 + 13 * (100 + 100 + 128) + (100 + 100 + 200) / 4
        passes = (look + 50 * (1 + 3 * 3)) / 2
        self.assertEqual(ours["sample passes, trained for it"], f"{passes:,.0f}")
        self.assertEqual(substitute["over ours at its accuracy, trained for it"], f"{400 / passes:.2f}")
        self.assertEqual([its[0]["train"] for its in by_phase], ["360", "200", "500"])
        self.assertEqual([its[0]["validate"] for its in by_phase], ["40", "", ""])
        self.assertEqual([its[0]["adapt"] for its in by_phase], ["", "", ""])
        self.assertEqual(by_phase[0][1]["adapt"], f"{50 * (1 + 3 * 3) / 2:.0f}")
        self.assertEqual(self.run_script("costs", str(self.folder)).stdout.splitlines(), [
            "data,stream,corruption,column,seed,phase,sample_passes,flop,bytes,seconds",
            f"mnist,balanced,stripe,ours,1,adapt,{50 * (1 + 3 * 3) // 2},{50 * (1 + 3 * 3) // 2 * 728},0,0.0000",
            f"mnist,balanced,stripe,ours,1,look,{look / 2:.0f},{look / 2 * 728:.0f},0,0.0000",
            "mnist,balanced,stripe,substitute_30,1,discover,0,0,272,0.0000",
            f"mnist,balanced,stripe,substitute_30,1,train,360,{360 * 728},200,0.5000",
            f"mnist,balanced,stripe,substitute_30,1,validate,40,{40 * 728},0,0.0000"])
        self.write_runs({"mixed": {1: 0.5}, "substitute_30": {1: 0.55}, "ours": {1: 0.625}})
        self.assertEqual(self.tables("table-3")[0][0]["already trained"], "not reached")

    def test_forgetting_and_recovery(self):
        text = "point,round,adapted_accuracy\n"
        for column, gains in {"none": [0, 0, 0], "ours": [0.25, 0.5, -0.125]}.items():
            for r in range(1, 15):
                first, later, clean = gains
                phase = (r - 6) % 3
                gain = 0 if r < 6 else clean if r >= 12 else first if phase == 0 else later
                text += f'"{column},iid,seed=1",{r},{0.5 + gain}\n'
        (self.folder / "rounds.csv").write_text(text)
        line = next(row for row in self.tables("continual")[0] if row["column"] == "ours")
        self.assertEqual(line["in the first round of a corruption"], "+25.0")
        self.assertEqual(line["in the last"], "+50.0")
        self.assertEqual(line["rounds to recover"], "2.00 [2.00, 2.00]")
        self.assertEqual((line["clean again, first round"], line["clean again, last round"]), ("-12.5", "-12.5"))
        self.assertTrue(line["over `none`"].startswith("+41.7 ["), line)

    def test_recovery_is_counted_in_rounds(self):
        """Corruptions of six rounds: the best of the last two counts, and a gain within a point of it has recovered."""
        gains = {"early": [0.031, 0.01, 0, 0, 0.03, 0.04], "late": [0, 0.01, 0.02, 0.029, 0.06, 0.04], "harmed": [0, 0, 0, -0.05, -0.2, -0.1]}
        text = "point,round,adapted_accuracy\n"
        for column in ["none", *gains]:
            for seed in (1, 2):
                for r in range(1, 21):
                    # What is gained counts, and not that later rounds are easier.
                    accuracy = 0.5 + 0.01 * r
                    if column != "none" and 6 <= r < 18:
                        accuracy += gains[column][(r - 6) % 6]
                    if column == "late" and seed == 2 and 12 <= r < 18:
                        accuracy += 0.5  # all of the second corruption
                    text += f'"{column},runs,seed={seed}",{r},{accuracy}\n'
        (self.folder / "rounds.csv").write_text(text)
        lines = {row["column"]: row for row in self.tables("continual", "6")[0]}
        self.assertTrue(lines["early"]["rounds to recover"].startswith("1.00 ["), lines["early"])
        self.assertTrue(lines["late"]["rounds to recover"].startswith("5.00 ["), lines["late"])
        self.assertTrue(lines["harmed"]["rounds to recover"].startswith("1.00 ["), lines["harmed"])
        self.assertEqual(lines["none"]["rounds to recover"], "")
        self.assertEqual(lines["harmed"]["worst seed"], "-5.8")
        wrong = self.run_script("continual", str(self.folder), "5")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("rounds 6 to 17 are no whole number of corruptions of 5 rounds", wrong.stderr)
        self.assertIn("0 is no number of rounds", self.run_script("continual", str(self.folder), "0").stderr)

    def test_names_what_is_missing(self):
        done = self.run_script("table-2", str(self.folder))
        self.assertEqual(done.returncode, 1)
        self.assertIn("runs.csv: No such file or directory (expected the output folder of mlaasim sweep)", done.stderr)
        self.assertIn("scripts/test-time table-2 DIR", self.run_script().stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
