"""The picture of a study, from a table that is small enough to know what must be in it."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from python_with import continue_with, needs_modules  # noqa: E402

SCRIPT = Path(sys.argv[1]) / "scripts" / "plot-study"
TABLE = """setting,adaptation.strategy.kind,data.source,metric,seeds,mean,low95,high95,baseline,pairs,difference,p,p_holm
"strategy=none,source=digits",none,digits,final,5,0.6,0.5,0.7,,,,,
"strategy=heal,source=digits",heal,digits,final,5,0.9,0.85,0.92,,,,,
"strategy=none,source=mnist",none,mnist,final,5,0.5,0.4,0.6,,,,,
"strategy=none,source=digits",none,digits,trials,0,,,,,,,,
"strategy=heal,source=digits",heal,digits,trials,5,22,22,22,,,,,
"""


class PlotStudy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs_modules("python", "matplotlib")

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mlaasim-plot-study-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "table.csv").write_text(TABLE, encoding="utf-8")

    def plot(self, *arguments):
        return subprocess.run([sys.executable, "-B", SCRIPT, self.folder, self.folder / "out.svg", *arguments],
                              capture_output=True, text=True, check=False)

    def picture(self, *arguments):
        done = self.plot(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.folder / "out.svg").read_text(encoding="utf-8")

    def test_every_setting_is_a_row(self):
        first = self.picture("final", "--percent", "--title", "All of it")
        for text in ("strategy=none,source=digits", "strategy=none,source=mnist", "All of it", "per cent"):
            self.assertIn(text, first)
        self.assertEqual(first, self.picture("final", "--percent", "--title", "All of it"))

    def test_a_key_is_drawn_in_colours(self):
        drawn = self.picture("final", "--by", "adaptation.strategy.kind")
        self.assertIn(">source=digits<", drawn)
        self.assertIn(">heal<", drawn)
        self.assertNotIn("strategy=", drawn)

    def test_the_best_row_comes_first(self):
        rows = self.picture("final", "--order")
        self.assertLess(rows.index("strategy=heal"), rows.index("strategy=none"))

    def test_some_settings_of_a_table_of_differences(self):
        table = self.folder / "gains.csv"
        lines = ["setting,column,metric,seeds,mean,low95,high95"]
        for number in range(5):
            lines += [f'"digits, clean",c{number},gain,5,{number},-1,6', f'"digits, noisy",c{number},gain,5,1,0,2']
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        out = self.folder / "out.svg"
        done = subprocess.run([sys.executable, "-B", SCRIPT, table, out, "gain", "--by", "column", "--only", ", clean",
                               "--unit", "points"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        drawn = out.read_text(encoding="utf-8")
        for text in (">digits<", ">c0<", ">c4<", ">points; mean over seeds, 95 % interval<"):
            self.assertIn(text, drawn)
        self.assertNotIn("noisy", drawn)

    def test_mistakes_are_named(self):
        for arguments, told in ((["accuracy"], "no metric accuracy with values (one of final, trials)"),
                                (["final", "--by", "rounds"], "sweeps no key rounds"),
                                (["final", "--only", "sensors"], "no setting with sensors in its name")):
            done = self.plot(*arguments)
            self.assertEqual(done.returncode, 1)
            self.assertIn(told, done.stderr)
        (self.folder / "table.csv").unlink()
        self.assertIn("expected the folder of a study", self.plot("final").stderr)


if __name__ == "__main__":
    continue_with("matplotlib")
    unittest.main(argv=sys.argv[:1])
