"""A Slurm of one node for tests: munged, slurmctld and slurmd in a temporary folder, on ports of their own, as root."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = ("munged", "mungekey", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

# No cgroups and no accounting, which containers and small sites lack; quick in all that tests wait for.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={daemon_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,requeue_delay=0
JobAcctGatherType=jobacct_gather/none
{accounting}
JobRequeue=1
KillWait=5
MinJobAge=300
MaxArraySize={max_array_size}
ReturnToService=2
SlurmdTimeout=300
SlurmdParameters=config_overrides
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
"""


def why_not():
    """Why no such Slurm can run here; empty when it can."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if missing:
        return f"there is no {', '.join(missing)} (packages slurm-wlm, munge, libpmix2)"
    return "" if os.geteuid() == 0 else "Slurm's daemons are started as root only"


def free_ports(count):
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Cluster:
    """Starts with the `with` statement, and is gone behind it, with its jobs."""

    accounting = "AccountingStorageType=accounting_storage/none"

    def __init__(self, cpus=4, max_array_size=4):
        self.options = {"cpus": cpus, "max_array_size": max_array_size, "host": socket.gethostname().split(".")[0]}
        self.processes = []

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mlaasim-slurm-", ignore_cleanup_errors=True)
        self.folder = Path(self.temporary.name)
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder.chmod(0o755)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        ports = free_ports(2)
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(folder=self.folder, controller_port=ports[0], daemon_port=ports[1], accounting=self.accounting,
                                 **self.options),
            encoding="utf-8")
        key, munge_socket = self.folder / "munge.key", self.folder / "munge.socket"
        self.run("mungekey", "--create", f"--keyfile={key}")
        self.daemon("munged", "--foreground", "--force", f"--socket={munge_socket}", f"--key-file={key}",
                    f"--pid-file={self.folder}/munged.pid", f"--seed-file={self.folder}/munged.seed",
                    f"--log-file={self.folder}/munged.log")
        self.wait_until(munge_socket.exists, "munged opens its socket")
        self.before_controller()
        self.daemon("slurmctld", "-D", "-i")
        self.daemon("slurmd", "-D")
        self.wait_until(lambda: self.run("sinfo", "-h", "-o", "%T", check=False).stdout.strip() == "idle", "the node is idle")

    def before_controller(self):
        """Starts what the controller needs, once munged runs."""

    def stop(self):
        """Ends the jobs' processes, then the daemons, whatever state they are in."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 5
        for process in self.processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        mark = f"SLURM_CONF={self.folder / 'slurm.conf'}".encode()
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)
            except (OSError, PermissionError):
                continue
        self.temporary.cleanup()

    def daemon(self, *command):
        log = open(self.folder / f"{command[0]}.out", "ab")
        with log:
            self.processes.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def run(self, *command, check=True, timeout=60, **environment):
        """Runs a program as a user of this Slurm does."""
        done = subprocess.run([str(word) for word in command], env={**self.environment, **environment}, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(str(word) for word in command)} ended with {done.returncode}:\n"
                                 f"{done.stdout}{done.stderr}{self.logs()}")
        return done

    def wait_until(self, holds, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not holds():
            dead = [process.args[0] for process in self.processes if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                raise AssertionError(f"waited for: {what}" + (f"; {dead} ended" if dead else "") + self.logs())
            time.sleep(0.05)

    def logs(self):
        """The ends of the daemons' logs, for a failure's message."""
        text = ""
        for log in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            text += f"\n--- {log.name}\n" + "\n".join(lines)
        return text
