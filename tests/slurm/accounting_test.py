"""What `mlaasim status` reads from a real sacct, once the queue has forgotten the jobs."""

import contextlib
import re
import sys
import tempfile
import unittest
from pathlib import Path

from accounting import AccountedCluster, why_not
from mlaasim_program import PROGRAM, SCENARIO, mlaasim, point_names, write_study

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from needs import skip_without  # noqa: E402


class Accounting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if why_not():
            skip_without("accounting", why_not())
        open_for_all = contextlib.ExitStack()
        cls.addClassCleanup(open_for_all.close)
        cls.slurm = open_for_all.enter_context(AccountedCluster())
        cls.root = Path(open_for_all.enter_context(tempfile.TemporaryDirectory(prefix="mlaasim-jobs-")))
        # A queue that knows no job any more.
        queue = cls.root / "squeue"
        queue.write_text("#!/bin/sh\n", encoding="utf-8")
        queue.chmod(0o755)

    def submit(self, file, output, *arguments):
        done = self.slurm.run(PROGRAM, "submit", file, "--output", self.root / output, *arguments, MLAASIM_DATA="")
        return re.search(r"job (\d+):", done.stdout).group(1)

    def status(self, output):
        path = f"{self.root}:{self.slurm.environment['PATH']}"
        return self.slurm.run(PROGRAM, "status", self.root / output, check=False, PATH=path).stdout

    def wait_for(self, output, text):
        self.slurm.wait_until(lambda: text in self.status(output), f"{text!r} in the status:\n{self.status(output)}")

    def test_a_job_that_ended_and_one_that_was_cancelled(self):
        ended = self.submit(SCENARIO, "ended", "--set", "rounds=3")
        cancelled = self.submit(SCENARIO, "cancelled", "--set", "rounds=100000")
        self.wait_for("ended", "complete, 3 of 3 rounds committed\n")
        self.wait_for("ended", f"job {ended}, ")
        self.wait_for("ended", ": COMPLETED\n")
        self.wait_for("cancelled", ": RUNNING")
        self.slurm.run("scancel", cancelled)
        self.wait_for("cancelled", ": CANCELLED")

    def test_an_array_with_a_failing_task(self):
        study, output, here = write_study(self.root / "study.yaml"), self.root / "study", self.root / "here"
        self.assertEqual(mlaasim("sweep", study, "--output", here).returncode, 0)
        (output / "points").mkdir(parents=True)
        (output / "points" / point_names(here)[0]).write_text("in the way", encoding="utf-8")
        self.submit(study, "study", "--points-per-task", "3")
        self.wait_for("study", "5 complete")
        self.wait_for("study", "COMPLETED")
        self.wait_for("study", "FAILED")


if __name__ == "__main__":
    unittest.main()
