"""What scripts/bench keeps of a measurement: names with the instruction set, targets, and rows of earlier calls."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "scripts"))
import bench_rows  # noqa: E402

LATEST = json.loads((ROOT / "bench" / "results" / "latest.json").read_text(encoding="utf-8"))


def versions(program="mlaasim 1", kernels="AVX3", hdf5="HDF5 1"):
    return [program, f"LibTorch 2 on AVX512, fused kernels {kernels}", hdf5]


def result(rows, of=None, processor="one"):
    of = of or versions()
    return {"machine": {"processor": processor}, "date": "2026-01-02", "versions": of,
            "rows": bench_rows.finished(rows, of, "2026-01-02")}


def seconds(name, ours):
    return bench_rows.row(name, ours, 2.0, "", "s", None, "lower", speedup=True)


class Bench(unittest.TestCase):
    def test_ratio_is_a_speed_for_times_too(self):
        self.assertEqual(seconds("a", 0.5)["ratio"], 4.0)
        self.assertEqual(bench_rows.row("a", 3.0, 2.0, "", "updates/s")["ratio"], 1.5)
        self.assertIsNone(bench_rows.row("a", 3.0, None, "", "s")["ratio"])

    def test_each_name_ends_with_the_instruction_set_once(self):
        rows = bench_rows.finished([seconds("round", 1.0), seconds("step, AVX2", 1.0)], versions(kernels="AVX2"), "today")
        self.assertEqual([row["name"] for row in rows], ["round, AVX2", "step, AVX2"])
        self.assertEqual(rows[0]["measured"], {"date": "today", "program": "mlaasim 1",
                                               "on": "LibTorch 2 on AVX512, fused kernels AVX2"})

    def test_rows_of_another_instruction_set_or_program_stay(self):
        before = result([seconds("round", 1.0), seconds("commit", 1.0)])
        both = bench_rows.merged(before, result([seconds("round", 3.0)], versions("mlaasim 2", "AVX2")))
        self.assertEqual([(row["name"], row["ours"], row["measured"]["program"]) for row in both["rows"]],
                         [("commit, AVX3", 1.0, "mlaasim 1"), ("round, AVX2", 3.0, "mlaasim 2"), ("round, AVX3", 1.0, "mlaasim 1")])
        again = bench_rows.merged(both, result([seconds("round", 4.0)], versions("mlaasim 3")))
        self.assertEqual([row["ours"] for row in again["rows"]], [1.0, 3.0, 4.0])

    def test_rows_of_another_machine_or_library_go(self):
        before = result([seconds("round", 1.0)])
        for other in (result([seconds("commit", 1.0)], versions(hdf5="HDF5 2")),
                      result([seconds("commit", 1.0)], processor="another")):
            self.assertEqual([row["name"] for row in bench_rows.merged(before, other)["rows"]], ["commit, AVX3"])

    def test_a_processor_is_named_with_its_family(self):
        first = "processor\t: 0\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: One name\nflags\t: fpu\n"
        self.assertEqual(bench_rows.processor_of(first + "\n" + first.replace("26", "25")), "One name (family 26, model 2)")
        self.assertEqual(bench_rows.processor_of("model name : other\n"), "other")
        self.assertIsNone(bench_rows.processor_of("processor : 0\nBogoMIPS : 1\n"))

    def test_targets_are_those_of_the_work_and_the_instruction_set(self):
        step, evaluation = "training step: {}, {}", "evaluation: 100 MLPs 784-64-10 on 2,000 samples, {}, AVX2"
        for name, target in ((step.format("MLP 784-64-10, batch 32", "AVX2"), ">= 3"),
                             (step.format("MLP 784-64-10, batch 32", "AVX3"), ">= 2"),
                             (step.format("CNN 1-16-32 (BN), fc 64, batch 32", "AVX2"), ">= 6"),
                             (step.format("CNN 1-16-32 (BN), fc 64, batch 256", "AVX2"), ">= 3"),
                             (evaluation.format("mnist"), ">= 3"), (evaluation.format("random bytes"), ">= 1.15"),
                             (evaluation.format("synthetic_digits"), ">= 1.15")):
            self.assertEqual(bench_rows.engine_target(name), target, name)
        self.assertEqual({model: targets["JAX"] for model, targets in bench_rows.PEER_TARGETS.items()},
                         {"mlp": ">= 1.5", "small": ">= 1.3", "cnn": ">= 4"})

    def test_what_is_kept_in_the_repository_has_these_names_and_targets(self):
        names = [row["name"] for row in LATEST["rows"]]
        self.assertEqual(names, sorted(set(names)))
        for row in LATEST["rows"]:
            self.assertRegex(row["name"], r", (AVX2|AVX3\w*|SSE4|SSSE3|NEON\w*)$")
            if re.match(r"training step|evaluation|aggregation", row["name"]):
                self.assertEqual(row["target"], bench_rows.engine_target(row["name"]), row["name"])

    def test_an_unknown_part_is_named(self):
        done = subprocess.run([sys.executable, "-B", ROOT / "scripts" / "bench", "--only", "speed"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown benchmark speed; known: engine, adapt, mlp", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
