"""The program under test, and what its traces hold."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first argument of every test here; unittest does not see it.
PROGRAM = Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ROOT / "build/bin/mlaasim").resolve()
SCENARIO = ROOT / "tests" / "crash" / "crash.yaml"


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
