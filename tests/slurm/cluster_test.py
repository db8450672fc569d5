"""`mlaasim submit` on a real Slurm of one node: ranks by srun, preemption, time limits, a node that is drained. Whatever happens,
the results have the bits of an undisturbed run."""

import contextlib
import os
import re
import signal
import sys
import tempfile
import unittest
from pathlib import Path

from cluster import Cluster, why_not
from mlaasim_program import PROGRAM, SCENARIO, digests, mlaasim, point_names, results, write_study

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from needs import skip_without  # noqa: E402

THIRD_ROUND = "\n    3 "
# Longer than the rounds of the scenario: time to step in.
SLOWER = ("--set", "training.epochs=200")


def setUpModule():
    if why_not():
        skip_without("slurm", why_not())
    open_for_all = contextlib.ExitStack()
    unittest.addModuleCleanup(open_for_all.close)
    OnCluster.slurm = open_for_all.enter_context(Cluster())
    OnCluster.root = Path(open_for_all.enter_context(tempfile.TemporaryDirectory(prefix="mlaasim-jobs-")))
    whole = OnCluster.root / "whole"
    done = mlaasim("run", SCENARIO, "--output", whole, *SLOWER)
    assert done.returncode == 0, done
    OnCluster.whole = digests(whole)


class Job:
    """A run that was handed in."""

    def __init__(self, slurm, folder, *arguments):
        self.slurm, self.folder = slurm, folder
        self.conf = f"SLURM_CONF={slurm.environment['SLURM_CONF']}".encode()
        done = slurm.run(PROGRAM, "submit", SCENARIO, "--output", folder, *SLOWER, *arguments, MLAASIM_DATA="")
        self.id = re.search(r"job (\d+):", done.stdout).group(1)

    def log(self):
        file = self.folder / "log.txt"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def field(self, name):
        return re.search(rf"\b{name}=(\S+)", self.slurm.run("scontrol", "show", "job", self.id).stdout).group(1)

    def state(self):
        return self.field("JobState")

    def wait_for_log(self, text):
        self.slurm.wait_until(lambda: text in self.log(), f"{text!r} in the log of job {self.id}:\n{self.log()[-2000:]}")

    def processes(self):
        """By number, the program of each process that the job has started and that lives."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit():
                    variables = (entry / "environ").read_bytes().split(b"\0")
                    if f"SLURM_JOB_ID={self.id}".encode() in variables and self.conf in variables:
                        found[int(entry.name)] = (entry / "exe").resolve()
            except OSError:
                continue
        return found

    def ranks(self):
        return [number for number, program in self.processes().items() if program == PROGRAM]

    def freeze(self):
        """Stands still after its third round, so that the test has time; Slurm's signals thaw it."""
        self.wait_for_log(THIRD_ROUND)
        for rank in self.ranks():
            os.kill(rank, signal.SIGSTOP)

    def wait_until_put_back(self):
        self.slurm.wait_until(lambda: self.state() == "PENDING", f"job {self.id} is back in the queue")

    def wait_until_done(self):
        # Slurm starts what was put back after two minutes. To hurry it would confuse the ends of the two starts.
        ends = ("COMPLETED", "FAILED", "TIMEOUT", "CANCELLED")
        self.slurm.wait_until(lambda: self.state() in ends, f"job {self.id} ends", seconds=300)

    def timeouts(self):
        return sum(int(file.read_text(encoding="utf-8")) for file in (self.folder / "slurm").glob("*.timeouts"))


class OnCluster(unittest.TestCase):
    slurm = root = whole = None

    def submit(self, *arguments):
        return Job(self.slurm, Path(tempfile.mkdtemp(dir=self.root)) / "job", *arguments)

    def status(self, job):
        return self.slurm.run(PROGRAM, "status", job.folder).stdout

    def assert_undisturbed(self, job):
        job.wait_until_done()
        self.assertEqual(job.state(), "COMPLETED", job.log())
        self.assertEqual(digests(job.folder), self.whole)

    def test_srun_starts_two_ranks(self):
        folder = self.root / "srun"
        done = self.slurm.run("srun", "--mpi=pmix", "--ntasks=2", PROGRAM, "run", SCENARIO, "--output", folder, *SLOWER,
                              MLAASIM_DATA="")
        self.assertIn(", 2 ranks", done.stdout)
        self.assertEqual(digests(folder), self.whole)

    def test_job_of_two_ranks(self):
        job = self.submit("--ranks", 2, "--time", "1h")
        job.wait_for_log(THIRD_ROUND)
        self.assertRegex(self.status(job), rf"running, \d+ of 100 rounds committed\n.*job {job.id}, .*RUNNING for .* of 1:00:00 on ")
        refused = self.slurm.run(PROGRAM, "submit", SCENARIO, "--output", job.folder, *SLOWER, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn(f"job {job.id} of this folder is RUNNING", refused.stderr)
        self.assert_undisturbed(job)
        self.assertIn(", 2 ranks", job.log())
        self.assertRegex(self.status(job), r"complete, 100 of 100 rounds committed\n.*COMPLETED\n")

    def test_requeue_and_time_limits(self):
        preempted = self.submit("--ranks", 2)
        warned = self.submit("--time", "1h")
        ended = self.submit("--time", "1h")
        for job in (preempted, warned, ended):
            job.freeze()
        # The warning comes 60 s before the end; Slurm looks at times twice a minute.
        self.slurm.run("scontrol", "update", f"JobId={warned.id}", "EndTime=now+50")
        self.slurm.run("scontrol", "update", f"JobId={ended.id}", "EndTime=now+1")
        self.slurm.run("scontrol", "requeue", preempted.id)
        for job, timeouts in ((preempted, 0), (ended, 1), (warned, 1)):
            with self.subTest(job=job.id):
                job.wait_until_put_back()
                self.assertEqual(job.timeouts(), timeouts, job.log())
                # To move the end has cut the limit to a minute, too short for what is left on a busy machine.
                self.slurm.run("scontrol", "update", f"JobId={job.id}", "TimeLimit=1:00:00")
        for job in (preempted, warned, ended):
            with self.subTest(job=job.id):
                self.assert_undisturbed(job)
                self.assertIn("resumed after round ", job.log())
                self.assertEqual(job.field("Restarts"), "1")

    def test_drained_node(self):
        running = self.submit()
        running.freeze()
        node = self.slurm.options["host"]
        self.slurm.run("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=maintenance")
        waiting = self.submit()
        for rank in running.ranks():
            os.kill(rank, signal.SIGCONT)
        self.assert_undisturbed(running)
        self.assertEqual(waiting.state(), "PENDING")
        self.assertRegex(self.status(waiting), rf"missing, 0 of 100 rounds committed\n.*job {waiting.id}, .*PENDING \(")
        self.slurm.run("scontrol", "update", f"NodeName={node}", "State=RESUME")
        self.assert_undisturbed(waiting)

    def test_lost_rank_ends_the_job(self):
        job = self.submit("--ranks", 2)
        job.wait_for_log(THIRD_ROUND)
        os.kill(max(job.ranks()), signal.SIGKILL)
        job.wait_until_done()
        self.assertEqual(job.state(), "FAILED")
        self.assertRegex(self.status(job), r"failed, \d+ of 100 rounds committed\n  exit code ")
        again = self.slurm.run(PROGRAM, "submit", SCENARIO, "--output", job.folder, *SLOWER, "--ranks", 1, MLAASIM_DATA="")
        job.id = re.search(r"job (\d+):", again.stdout).group(1)
        self.assert_undisturbed(job)

    def test_array_with_a_failing_task(self):
        study = write_study(self.root / "study.yaml")
        folder, here = self.root / "array", self.root / "here"
        self.assertEqual(mlaasim("sweep", study, "--output", here).returncode, 0)
        name = point_names(here)[1]
        (folder / "points").mkdir(parents=True)
        (folder / "points" / name).write_text("in the way", encoding="utf-8")
        first = self.submit_study(study, folder, "--points-per-task", 2)
        states = self.wait_until_ended(first)
        self.assertEqual(states, {f"{first}_0": "FAILED", f"{first}_1": "COMPLETED", f"{first}_2": "COMPLETED"})
        self.assertRegex(self.slurm.run(PROGRAM, "status", folder).stdout, "6 points: .*5 complete")
        self.assertEqual(self.slurm.run(PROGRAM, "collect", folder).returncode, 0)
        self.assertNotEqual(results(folder), results(here))
        (folder / "points" / name).unlink()
        second = self.submit_study(study, folder, "--points-per-task", 2)
        self.assertEqual(self.wait_until_ended(second), {f"{second}_0": "COMPLETED"})
        self.assertEqual(results(folder), results(here))

    def submit_study(self, study, folder, *arguments):
        done = self.slurm.run(PROGRAM, "submit", study, "--output", folder, *arguments, MLAASIM_DATA="")
        return re.search(r"job (\d+):", done.stdout).group(1)

    def wait_until_ended(self, array):
        """The states of an array's tasks, when all have ended."""
        states = {}

        def ended():
            lines = self.slurm.run("squeue", "-h", "-r", "-t", "all", "-j", array, "-o", "%i %T").stdout.splitlines()
            states.update(line.split() for line in lines)
            return states and all(state in ("COMPLETED", "FAILED") for state in states.values())

        self.slurm.wait_until(ended, f"array {array} ends")
        return states


if __name__ == "__main__":
    unittest.main()
