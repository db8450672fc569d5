"""Table I of the adaptive paper, recomputed: counts, base rates and intervals of files small enough to count by hand."""

import gzip
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(sys.argv[1]) / "scripts" / "adaptive-table-1"
HEADER = ("Client,round,data_distribution,computation_time,global_score,global_score,model_type,QualityCategory,MLaaS_CS,"
          "Rule-Based AC")


class AdaptiveTable1(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mlaasim-table-1-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rows = []

    def add(self, client, column, truth, adaptive, rules):
        """Every row is another model of the client, in a round of its own."""
        score = 0.9 if truth else 0.5
        self.rows.append(f"{client},{len(self.rows)},x,1.5,.7,{score},{column},{truth},{adaptive},{rules}")

    def run_on(self, text, name="decisions.csv"):
        file = self.folder / name
        if name.endswith(".gz"):
            file.write_bytes(gzip.compress(text.encode()))
        else:
            file.write_text(text)
        return subprocess.run([sys.executable, "-B", SCRIPT, file], capture_output=True, text=True, check=False)

    def tables(self, name="decisions.csv"):
        """By heading: the cells by column name, line by line."""
        done = self.run_on("\n".join([HEADER, *self.rows]) + "\n", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = {}
        for part in done.stdout.split("## ")[1:]:
            lines = [line for line in part.splitlines() if line.startswith("|")]
            cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            found[part.splitlines()[0]] = [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
        return found

    def test_counts_and_base_rates(self):
        # 4 yes, 6 no; adaptive: 3 of 4 and 5 of 6; rules: always no.
        for i, (truth, adaptive) in enumerate([(1, 1)] * 3 + [(1, 0)] + [(0, 0)] * 5 + [(0, 1)]):
            self.add(f"client_{i % 3}", "HAR16", truth, adaptive, 0)
        tables = self.tables("decisions.csv.gz")
        line = tables["Accuracy, %"][0]
        self.assertEqual((line["rows"], line["always yes"], line["always no"], line["larger class"]), ("10", "40.0", "60.0", "60.0"))
        self.assertEqual(line["printed: adaptive"], "95.40")
        self.assertTrue(line["adaptive"].startswith("80.0 ["), line)
        self.assertTrue(line["adaptive - larger class"].startswith("20.0 ["), line)
        self.assertTrue(line["rule-based"].startswith("60.0 ["), line)
        balance = tables["Balanced accuracy, precision and recall, %"][0]
        self.assertTrue(balance["adaptive: balanced"].startswith("79.2 ["), balance)  # (3/4 + 5/6) / 2
        self.assertEqual((balance["adaptive: precision"], balance["adaptive: recall"]), ("75.0", "75.0"))
        self.assertTrue(balance["rule-based: balanced"].startswith("50.0 ["), balance)
        self.assertEqual(balance["rule-based: precision"], "-")

    def test_one_class_has_no_balanced_accuracy(self):
        self.add("a", "Minist64", 1, 1, 0)
        self.add("b", "Minist64", 1, 0, 1)
        tables = self.tables()
        self.assertEqual(tables["Accuracy, %"][0]["larger class"], "100.0")
        self.assertEqual(tables["Balanced accuracy, precision and recall, %"][0]["adaptive: balanced"], "-")

    def test_an_interval_is_over_clients_not_rows(self):
        # Two clients, one always right and one always wrong: draws of clients are right in all rows, half of them or none.
        for _ in range(50):
            self.add("right", "HAR32", 1, 1, 1)
            self.add("wrong", "HAR32", 1, 0, 1)
        line = self.tables()["Accuracy, %"][0]
        self.assertEqual(line["adaptive"], "50.0 [0.0, 100.0]")
        self.assertEqual(line["rule-based"], "100.0 [100.0, 100.0]")

    def test_models_in_two_columns_are_counted_once_each(self):
        self.add("a", "HAR16", 1, 1, 1)
        self.rows.append(self.rows[0].replace("HAR16", "HAR64"))
        self.add("b", "HAR64", 0, 0, 0)
        same = self.tables()["The same client's model in two columns"]
        self.assertEqual([(line["column"], line["distinct"], line["HAR16"], line["HAR64"]) for line in same],
                         [("HAR16", "1", "1", "1"), ("HAR64", "2", "1", "2")])

    def test_bad_files_are_named(self):
        row = "a,1,x,1.5,.7,.9,HAR16,1,1,1"
        for text, problem in [("", "is empty"), (HEADER + "\n", "has no rows"), ("a,b\n1,2\n", "has no column model_type"),
                              (HEADER + "\n" + row + ",2\n", ":2 has 11 fields (expected 10)"),
                              (HEADER + "\n" + row.replace("HAR16,1", "HAR16,yes") + "\n", ":2: QualityCategory is 'yes'"),
                              (HEADER + "\n" + row.replace("HAR16", "other") + "\n", "no row has a model_type")]:
            done = self.run_on(text)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(problem, done.stderr)
            self.assertEqual(done.stdout, "")
        missing = subprocess.run([sys.executable, "-B", SCRIPT, self.folder / "none.csv"], capture_output=True, text=True, check=False)
        self.assertIn("none.csv", missing.stderr)


unittest.main(argv=sys.argv[:1])
