"""`mlaasim submit` and `mlaasim status` without a cluster: programs in Slurm's place, and jobs that are preempted, run out of
time, are cancelled or fail."""

import json
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from fake_slurm import FakeSlurm
from mlaasim_program import SCENARIO, digests, mlaasim, point_names, results, write_study

THIRD_ROUND = "\n    3 "
RUNNING = "JobState=RUNNING Reason=None"


class WithoutCluster(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mlaasim-submit-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.slurm = FakeSlurm(self.folder / "slurm")
        self.output = self.folder / "results of ours"

    def submit(self, *arguments, **environment):
        return mlaasim("submit", SCENARIO, "--output", self.output, *arguments,
                       environment={**self.slurm.environment, **environment})

    def submitted(self, *arguments):
        done = self.submit(*arguments)
        self.assertEqual(done.returncode, 0, done)
        return self.slurm.jobs()[-1]

    def status(self, **environment):
        done = mlaasim("status", self.output, environment={**self.slurm.environment, **environment})
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def record(self):
        return json.loads((self.output / "jobs.json").read_text(encoding="utf-8"))["submissions"]

    def start(self, job):
        return self.slurm.start(job, self.output / "log.txt")

    def log(self):
        return (self.output / "log.txt").read_text(encoding="utf-8")

    def counts(self):
        return [int(path.read_text(encoding="utf-8")) for path in (self.output / "slurm").glob("*.timeouts")]

    def assert_error(self, done, *words):
        self.assertEqual(done.returncode, 2, done)
        for word in words:
            self.assertIn(word, done.stderr)

    def assert_undisturbed(self):
        whole = self.folder / "whole"
        self.assertEqual(mlaasim("run", SCENARIO, "--output", whole).returncode, 0)
        self.assertEqual(digests(self.output), digests(whole))


class Scripts(WithoutCluster):
    def test_has_what_batch_systems_are_asked(self):
        done = self.submit("--print", "--ranks", 8, "--nodes", 2, "--time", "2h", "--mem", "16G", "--partition", "long",
                           "--account", "ours", "--sbatch=--constraint=avx512", "--set", "name=it's ours", "--data", self.folder)
        self.assertEqual(done.returncode, 0, done)
        for line in (f'#SBATCH --output="{self.output}/log.txt"', "#SBATCH --open-mode=append", "#SBATCH --signal=USR1@60",
                     "#SBATCH --requeue", "#SBATCH --nodes=2", "#SBATCH --ntasks=8", "#SBATCH --time=2:00:00",
                     "#SBATCH --mem=16G", "#SBATCH --partition=long", "#SBATCH --account=ours",
                     "#SBATCH --constraint=avx512"):
            self.assertIn(line + "\n", done.stdout)
        for words in ("srun --mpi=pmix ", " --resume ", "--max-time 7110s", f" --data {self.folder} ", "'name=it'\\''s ours'"):
            self.assertIn(words, done.stdout)
        self.assertNotIn("@", done.stdout.replace("USR1@60", ""))
        subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=True)
        self.assertFalse(self.output.exists(), "--print hands in nothing and writes nothing")
        self.assertEqual(self.slurm.jobs(), [])

    def test_takes_the_lines_of_the_site(self):
        setup = self.folder / "site.sh"
        setup.write_text("module load openmpi\n", encoding="utf-8")
        done = self.submit("--print", "--setup", setup, "--program", "apptainer exec mlaasim.sif mlaasim", "--launch", "--mpi=pmi2")
        self.assertIn("\nmodule load openmpi\n", done.stdout)
        self.assertRegex(done.stdout, "srun --mpi=pmi2 .* apptainer exec mlaasim.sif mlaasim run ")

    def test_refuses_what_no_job_can_do(self):
        for arguments, words in ((("--ranks", 1, "--nodes", 2), "--nodes is 2, and --ranks 1"),
                                 (("--ranks", 0), "--ranks is 0"), (("--time", "30"), '--time is "30"'),
                                 (("--time", "60s"), "--time is 60s"), (("--sbatch", "qos"), "--sbatch is qos"),
                                 (("--setup", self.folder / "none"), "none"), (("--set", "rounds=0"), "rounds")):
            self.assert_error(self.submit(*arguments), words)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.slurm.jobs(), [])

    def test_refuses_a_folder_that_sbatch_cannot_name(self):
        self.output = self.folder / 'quo"ted'
        self.assert_error(self.submit(), "can't take this name", "--output")
        self.assertFalse(self.output.exists())


class Submissions(WithoutCluster):
    def test_missing_sbatch_is_named(self):
        done = self.submit(PATH="/nowhere")
        self.assert_error(done, "there is no program sbatch here", "Slurm's programs in PATH")
        self.assertEqual([each["state"] for each in self.record()], ["refused"])
        self.submitted()
        self.assertEqual([each["state"] for each in self.record()], ["refused", "submitted"])

    def test_refusal_is_told_in_slurms_words(self):
        self.slurm.set("refusal", "sbatch: error: invalid partition specified: longest\n")
        self.assert_error(self.submit(), "sbatch ended with exit code 1", "invalid partition specified: longest")
        self.assertIn("invalid partition", self.record()[0]["answer"])
        self.assertIn("refused", self.status())
        self.slurm.unset("refusal")
        self.submitted()

    def test_slow_sbatch_is_not_waited_for_and_its_job_not_forgotten(self):
        self.slurm.set("slow")
        done = self.submit(MLAASIM_SLURM_TIMEOUT="1")
        self.assert_error(done, "sbatch has not answered within 1 s", "MLAASIM_SLURM_TIMEOUT")
        self.assertEqual([each["state"] for each in self.record()], ["intended"])
        self.slurm.unset("slow")
        self.assert_error(self.submit(), "job 1 of this folder is PENDING", "scancel 1")
        self.assertEqual([(each["state"], each["job"]) for each in self.record()], [("submitted", "1")])
        self.assertEqual(self.slurm.jobs(), [1], "no second job")

    def test_job_that_never_arrived_is_handed_in_again(self):
        self.slurm.set("lost")
        self.assert_error(self.submit(MLAASIM_SLURM_TIMEOUT="1"), "has not answered")
        self.slurm.unset("lost")
        self.assertEqual(self.submitted(), 1)
        self.assertEqual([each["state"] for each in self.record()], ["refused", "submitted"])

    def test_bad_timeout_is_named(self):
        self.assert_error(self.submit(MLAASIM_SLURM_TIMEOUT="soon"), "MLAASIM_SLURM_TIMEOUT is soon")

    def test_another_scenario_is_refused_before_anything_is_handed_in(self):
        self.assertEqual(mlaasim("run", SCENARIO, "--output", self.output, "--set", "rounds=2").returncode, 0)
        self.assertIn("crash: complete, 2 of 2 rounds committed", self.status())
        self.assertIn("all of it is done", self.submit("--set", "rounds=2").stdout)
        for changes in (("rounds=2", "training.epochs=7"), ("rounds=3", "training.epochs=7")):
            options = [word for change in changes for word in ("--set", change)]
            self.assert_error(self.submit(*options), "a run of another scenario", " was ", "--output")
        self.assert_error(self.submit("--set", "rounds=2", "--set", "training.epochs=7"), "training.epochs was ", "and is 7")
        self.assertEqual(self.slurm.jobs(), [])
        self.assertFalse((self.output / "jobs.json").exists())

    def test_damaged_record_is_named(self):
        self.output.mkdir()
        (self.output / "jobs.json").write_text("{", encoding="utf-8")
        self.assert_error(self.submit(), "jobs.json", "is damaged")
        self.assertEqual(self.slurm.jobs(), [])


class Jobs(WithoutCluster):
    def test_warned_job_commits_is_put_back_and_ends_with_the_same_bits(self):
        job = self.submitted("--requeues", 1)
        running = self.start(job)
        running.wait_for(THIRD_ROUND)
        running.signal_ranks(signal.SIGUSR1)
        self.assertEqual(running.end(), 75, self.log())
        self.assertEqual(self.slurm.requeued(), [str(job)])
        self.assertEqual(self.counts(), [1])
        self.assertIn("out of time 1 time (at most 1 for each job)", self.status())
        self.assertEqual(self.start(job).end(), 0, self.log())
        self.assertIn("stopped by a signal", self.log(), "what was printed before is kept")
        self.assertIn("resumed after round", self.log())
        self.assert_undisturbed()
        done = self.submit()
        self.assertIn("all of it is done", done.stdout)
        self.assertEqual(self.slurm.jobs(), [job])

    def test_is_put_back_a_bounded_number_of_times(self):
        job = self.submitted("--requeues", 1)
        for requeued in (1, 1):
            running = self.start(job)
            running.wait_for("\n   ")  # a row
            running.signal_ranks(signal.SIGUSR2)
            self.assertEqual(running.end(), 75, self.log())
            self.assertEqual(len(self.slurm.requeued()), requeued)
        self.assertIn("not put back; the same mlaasim submit command goes on", self.log())
        self.slurm.set_state(job, "JobState=FAILED Reason=NonZeroExitCode")
        self.assertEqual(self.start(self.submitted()).end(), 0, "the same command goes on, and counts anew")
        self.assert_undisturbed()

    def test_preempted_job_is_put_back_without_counting(self):
        job = self.submitted("--requeues", 0)
        for _ in range(2):
            running = self.start(job)
            running.wait_for("\n   ")  # a row
            self.slurm.set_state(job, RUNNING + " PreemptEligibleTime=2026-11-29T12:00:00 PreemptTime=2026-11-29T12:00:00")
            running.signal_ranks(signal.SIGTERM)
            self.assertEqual(running.end(), 75, self.log())
        self.assertEqual(self.slurm.requeued(), [str(job)] * 2)
        self.assertEqual(self.counts(), [])
        self.assertEqual(self.start(job).end(), 0)
        self.assert_undisturbed()

    def test_job_that_slurm_has_put_back_or_cancelled_is_left_alone(self):
        job = self.submitted()
        for state in ("JobState=COMPLETING Reason=None", "JobState=PENDING Reason=BeginTime"):
            running = self.start(job)
            running.wait_for("\n   ")  # a row
            self.slurm.set_state(job, state)
            running.signal_script(signal.SIGTERM)
            running.signal_ranks(signal.SIGTERM)
            self.assertIn(running.end(), (0, 75), self.log())
        self.assertEqual(self.slurm.requeued(), [])
        self.assertEqual(self.counts(), [])

    def test_time_limit_that_hits_puts_it_back(self):
        job = self.submitted("--set", "training.epochs=200")
        running = self.start(job)
        running.wait_for(THIRD_ROUND)
        self.slurm.set_state(job, "JobState=COMPLETING Reason=TimeLimit")
        running.signal_script(signal.SIGTERM)
        running.signal_ranks(signal.SIGTERM)
        self.assertEqual(running.end(), 75, self.log())
        self.assertEqual(self.slurm.requeued(), [str(job)])
        self.assertEqual(self.counts(), [1])

    def test_failure_is_shown_with_the_last_lines_of_the_log(self):
        scenario = self.folder / "mine.yaml"
        scenario.write_text(SCENARIO.read_text(encoding="utf-8"), encoding="utf-8")
        done = mlaasim("submit", scenario, "--output", self.output, environment=self.slurm.environment)
        self.assertEqual(done.returncode, 0, done)
        scenario.unlink()
        self.assertEqual(self.start(1).end(), 2)
        self.slurm.set_state(1, "JobState=FAILED Reason=NonZeroExitCode")
        self.assertEqual(self.slurm.requeued(), [])
        text = self.status()
        for words in ("crash: failed, 0 of 100 rounds committed", "exit code 2", "mine.yaml", "FAILED (NonZeroExitCode)",
                      "not asked: sacct ended with exit code 1: Slurm accounting storage is disabled"):
            self.assertIn(words, text)
        scenario.write_text(SCENARIO.read_text(encoding="utf-8"), encoding="utf-8")
        self.assertEqual(self.start(1).end(), 0)
        self.assertIn("crash: complete, 100 of 100 rounds committed", self.status())

    def test_status_needs_no_slurm(self):
        self.submitted()
        text = self.status(PATH="/nowhere")
        for words in ("crash: missing, 0 of 100 rounds", "job 1, submitted on ", "there is no program squeue here",
                      "there is no program sacct here"):
            self.assertIn(words, text)
        done = mlaasim("status", self.folder)
        self.assert_error(done, "no job was handed in", "mlaasim submit")


class Arrays(WithoutCluster):
    def setUp(self):
        super().setUp()
        self.study = write_study(self.folder / "study.yaml")

    def submit(self, *arguments, **environment):
        return mlaasim("submit", self.study, "--output", self.output, *arguments,
                       environment={**self.slurm.environment, **environment})

    def play(self, job, *tasks):
        """Carries tasks of an array out, one after the other; returns their exit codes."""
        return [self.slurm.start(job, self.folder / "tasks.log", SLURM_ARRAY_JOB_ID=str(job),
                                 SLURM_ARRAY_TASK_ID=str(task)).end() for task in tasks]

    def assert_as_swept_here(self):
        here = self.folder / "here"
        done = mlaasim("sweep", self.study, "--output", here)
        self.assertEqual(done.returncode, 0, done)
        done = mlaasim("collect", self.output)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(results(self.output), results(here))

    def test_is_split_where_it_has_more_tasks_than_an_array_may_have(self):
        done = self.submit("--points-per-task", 1, "--array-limit", 2)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.slurm.jobs(), [1, 2])
        self.assertIn("#SBATCH --array=0-3%2\n", self.slurm.script(1))
        self.assertIn("#SBATCH --array=0-1%2\n", self.slurm.script(2))
        self.assertRegex(done.stdout, "job 1: mlaasim-crash-.*, points 1 to 4, 1 a task\n")
        self.assertRegex(done.stdout, "job 2: mlaasim-crash-.*, points 5 to 6, 1 a task\n")
        self.assertIn("crash: 6 points: 6 missing", self.status())
        self.assertEqual(self.play(2, 1, 0) + self.play(1, 3, 2, 1, 0), [0] * 6)
        self.assertIn("crash: 6 points: 6 complete", self.status())
        self.assert_as_swept_here()
        self.assertIn("all of it is done", self.submit().stdout)

    def test_plays_several_points_a_task(self):
        self.assertEqual(self.submit("--points-per-task", 4).returncode, 0)
        self.assertIn("#SBATCH --array=0-1\n", self.slurm.script(1))
        self.assertEqual(self.play(1, 0, 1), [0, 0])
        self.assert_as_swept_here()

    def test_chooses_how_many_points_make_a_task(self):
        self.assertEqual(self.submit().returncode, 0)
        self.assertIn("#SBATCH --array=0\n", self.slurm.script(1), "points of a moment make one task")

    def test_failing_point_stops_no_other_and_alone_is_handed_in_again(self):
        self.assertEqual(self.submit("--points-per-task", 1).returncode, 0)
        name = point_names(self.output)[1]
        (self.output / "points").mkdir(exist_ok=True)
        (self.output / "points" / name).write_text("in the way", encoding="utf-8")
        self.assertEqual(self.play(1, 0, 1, 2, 3)[0::2], [0, 0])
        self.assertEqual(self.play(2, 0, 1), [0, 0])
        for job in (1, 2):
            self.slurm.set_state(job, "JobState=FAILED Reason=NonZeroExitCode")
        self.assertRegex(self.status(), "crash: 6 points: .*5 complete")
        (self.output / "points" / name).unlink()
        self.assertEqual(self.submit("--points-per-task", 1).returncode, 0)
        self.assertEqual(self.slurm.jobs(), [1, 2, 3])
        self.assertIn("#SBATCH --array=1\n", self.slurm.script(3))
        self.assertEqual(self.play(3, 1), [0])
        self.assert_as_swept_here()

    def test_warned_task_is_put_back_and_goes_on(self):
        write_study(self.study, rounds=100)
        self.assertEqual(self.submit("--points-per-task", 3).returncode, 0)
        running = self.slurm.start(1, self.folder / "tasks.log", SLURM_ARRAY_JOB_ID="1", SLURM_ARRAY_TASK_ID="0")
        running.wait_for("at once")
        running.signal_ranks(signal.SIGUSR1)
        self.assertEqual(running.end(), 75, running.printed())
        self.assertEqual(self.slurm.requeued(), ["1_0"])
        self.assertEqual(self.play(1, 0, 1), [0, 0])
        self.assert_as_swept_here()

    def test_changed_study_is_refused(self):
        self.assertEqual(self.submit().returncode, 0)
        self.slurm.set_state(1, "JobState=FAILED Reason=NonZeroExitCode")
        write_study(self.study, rounds=4)
        self.assert_error(self.submit(), "the study has changed")
        self.assertEqual(self.slurm.jobs(), [1])

    def test_tasks_stop_in_time(self):
        done = self.submit("--print", "--time", "1h")
        self.assertRegex(done.stdout, "mlaasim sweep .* --max-time 3510s ")

    def test_change_of_a_played_study_is_refused(self):
        self.assertEqual(mlaasim("sweep", self.study, "--output", self.output).returncode, 0)
        self.assertIn("all of it is done", self.submit().stdout)
        self.assert_error(self.submit("--set", "training.momentum=0.25"), "training.momentum was ", "and is 0.25")
        self.assertEqual(self.slurm.jobs(), [])

    def test_folder_of_the_other_kind_is_refused(self):
        self.assertEqual(mlaasim("sweep", self.study, "--output", self.output, "--points", 1).returncode, 0)
        self.assert_error(mlaasim("submit", SCENARIO, "--output", self.output), "the folder holds a study")
        self.output = self.output / "points" / point_names(self.output)[0]
        self.assert_error(self.submit(), "the folder holds a run")
        self.assertEqual(self.slurm.jobs(), [])

    def test_options_of_the_other_kind_are_refused(self):
        self.assert_error(self.submit("--ranks", 2), "--ranks or --nodes was given", "--cpus")
        self.assert_error(mlaasim("submit", SCENARIO, "--array-limit", 2), "--array-limit was given", "a section sweep")


if __name__ == "__main__":
    unittest.main()
