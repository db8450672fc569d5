"""Slurm's programs as small scripts that keep their jobs as files: what `mlaasim submit` meets, without a cluster."""

import os
import signal
import subprocess
import time
from pathlib import Path

SCRIPTS = {
    # A file of this name makes the program refuse with its words, or hang.
    "sbatch": """\
[ ! -e "$FAKE/refusal" ] || { cat "$FAKE/refusal" >&2; exit 1; }
id=$(($(ls "$FAKE/jobs" | grep -c 'sh$') + 1))
[ "$1" = --parsable ] || { echo "expected --parsable" >&2; exit 1; }
[ ! -e "$FAKE/lost" ] || sleep 1000
cp "$2" "$FAKE/jobs/$id.sh"
echo "JobState=PENDING Reason=Priority" >"$FAKE/jobs/$id.state"
[ ! -e "$FAKE/slow" ] || sleep 1000
echo "$id"
""",
    "squeue": """\
for script in "$FAKE"/jobs/*.sh; do
    [ -e "$script" ] || exit 0
    name=$(sed -n 's/^#SBATCH --job-name=//p' "$script")
    case "$*" in *"$name"*) ;; *) continue ;; esac
    id=$(basename "$script" .sh)
    state=$(sed -n 's/.*JobState=\\([A-Z_]*\\).*/\\1/p' "$FAKE/jobs/$id.state")
    reason=$(sed -n 's/.*Reason=\\([A-Za-z]*\\).*/\\1/p' "$FAKE/jobs/$id.state")
    echo "$id|$name|$state|$reason|0:05|1:00:00|node1"
done
""",
    "sacct": """\
echo "Slurm accounting storage is disabled" >&2
exit 1
""",
    "scontrol": """\
case "$1 $2" in
    "show config") echo "MaxArraySize            = 4" ;;
    "show job") cat "$FAKE/jobs/${3%%_*}.state" ;;
    requeue\\ *)
        echo "$2" >>"$FAKE/requeued"
        echo "JobState=PENDING Reason=BeginTime" >"$FAKE/jobs/${2%%_*}.state" ;;
esac
""",
    # The one rank is the program itself, under the number of this process.
    "srun": """\
while [ "${1#-}" != "$1" ]; do shift; done
echo $$ >"$FAKE/rank"
exec "$@"
""",
}


class FakeSlurm:
    """In a folder of its own; `environment` makes programs find it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "jobs").mkdir(parents=True)
        (self.folder / "bin").mkdir()
        for name, text in SCRIPTS.items():
            path = self.folder / "bin" / name
            path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
            path.chmod(0o755)
        self.environment = {**os.environ, "FAKE": str(self.folder), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}

    def set(self, name, text=""):
        """Makes sbatch behave: `refusal` with words, `slow` after it took a job, `lost` before."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def unset(self, name):
        (self.folder / name).unlink()

    def jobs(self):
        return sorted(int(path.stem) for path in (self.folder / "jobs").glob("*.sh"))

    def script(self, job):
        return (self.folder / "jobs" / f"{job}.sh").read_text(encoding="utf-8")

    def set_state(self, job, state):
        (self.folder / "jobs" / f"{job}.state").write_text(state + "\n", encoding="utf-8")

    def requeued(self):
        """The jobs that were put back into the queue, in order."""
        file = self.folder / "requeued"
        return file.read_text(encoding="utf-8").split() if file.exists() else []

    def start(self, job, log, **environment):
        """Carries the script out as a node does."""
        self.set_state(job, "JobState=RUNNING Reason=None")
        (self.folder / "rank").unlink(missing_ok=True)
        with open(log, "ab") as stream:
            begin = stream.tell()
            process = subprocess.Popen(["bash", self.folder / "jobs" / f"{job}.sh"], stdin=subprocess.DEVNULL, stdout=stream,
                                       stderr=stream, env={**self.environment, "SLURM_JOB_ID": str(job), **environment})
        return RunningJob(self, process, Path(log), begin)


class RunningJob:
    def __init__(self, slurm, process, log, begin):
        self.slurm, self.process, self.log, self.begin = slurm, process, log, begin

    def printed(self):
        return self.log.read_bytes()[self.begin:].decode()

    def wait_for(self, text, seconds=60):
        """Until it has printed the text."""
        deadline = time.monotonic() + seconds
        while text not in self.printed():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"waited for {text!r} in:\n{self.printed()}")
            time.sleep(0.01)

    def signal_ranks(self, number):
        os.kill(int((self.slurm.folder / "rank").read_text(encoding="utf-8")), number)

    def signal_script(self, number):
        self.process.send_signal(number)

    def end(self):
        """Its exit code."""
        try:
            return self.process.wait(timeout=100)
        except subprocess.TimeoutExpired:
            self.signal_ranks(signal.SIGKILL)
            self.process.kill()
            raise
