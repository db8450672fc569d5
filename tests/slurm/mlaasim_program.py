"""The program under test, and what its traces hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first argument may be the program; unittest does not see it.
PROGRAM = Path(sys.argv.pop(1) if len(sys.argv) > 1 and Path(sys.argv[1]).is_file() else ROOT / "build/bin/mlaasim").resolve()
SCENARIO = ROOT / "tests" / "crash" / "crash.yaml"

# A study of six points, each a run of a moment.
STUDY = """
sweep:
  grid: {training.learning_rate: [0.05, 0.1, 0.2]}
  seeds: 2
"""


def write_study(file, rounds=3):
    text = SCENARIO.read_text(encoding="utf-8").replace("rounds: 100", f"rounds: {rounds}")
    Path(file).write_text(text + STUDY, encoding="utf-8")
    return Path(file)


def point_names(folder):
    study = json.loads((Path(folder) / "study.json").read_text(encoding="utf-8"))
    return [point["name"] for point in study["points"]]


def results(folder):
    """The tables of a study."""
    return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in ("runs.csv", "rounds.csv", "table.csv", "table.md")}


def mlaasim(*arguments, environment=None, timeout=100):
    usual = {**(environment or os.environ), "MLAASIM_DATA": ""}
    return subprocess.run([str(word) for word in (PROGRAM, *arguments)], env=usual, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, timeout=timeout)


def digests(folder):
    """Of every table but timing, and of the checkpoint."""
    done = mlaasim("trace", "verify", Path(folder) / "trace.h5")
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return [line for line in done.stdout.splitlines() if "timing" not in line and "trace.h5" not in line]
