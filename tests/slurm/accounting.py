"""The Slurm of cluster.py with accounting: slurmdbd, and a MariaDB of its own in the same temporary folder."""

import shutil
import subprocess

import cluster

PROGRAMS = ("slurmdbd", "sacct", "sacctmgr", "mariadbd", "mariadb", "mariadb-install-db")

CONFIGURATION = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={daemon_port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database_port}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
"""

USER = "create user slurm@127.0.0.1 identified by 'slurm'; grant all on slurm_acct_db.* to slurm@127.0.0.1"


def why_not():
    """Why no such Slurm can run here; empty when it can."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=cluster.PATH) is None]
    return cluster.why_not() or (f"there is no {', '.join(missing)} (packages slurmdbd, mariadb-server)" if missing else "")


class AccountedCluster(cluster.Cluster):
    def start(self):
        self.database_port, self.accounting_port = cluster.free_ports(2)
        self.accounting = "\n".join((
            "AccountingStorageType=accounting_storage/slurmdbd", "AccountingStorageHost=127.0.0.1",
            f"AccountingStoragePort={self.accounting_port}", f"AccountingStoragePass={self.folder}/munge.socket"))
        super().start()

    def before_controller(self):
        data, opened = self.folder / "database", self.folder / "database.socket"
        self.run("mariadb-install-db", "--no-defaults", "--user=root", "--auth-root-authentication-method=normal",
                 "--skip-test-db", f"--datadir={data}")
        self.daemon("mariadbd", "--no-defaults", "--user=root", f"--datadir={data}", f"--socket={opened}",
                    "--bind-address=127.0.0.1", f"--port={self.database_port}", f"--pid-file={self.folder}/database.pid")
        self.wait_until(opened.exists, "MariaDB opens its socket")
        self.run("mariadb", "--no-defaults", "--user=root", f"--socket={opened}", "--execute", USER)
        configuration = self.folder / "slurmdbd.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=self.folder, database_port=self.database_port, daemon_port=self.accounting_port,
                                 **self.options), encoding="utf-8")
        configuration.chmod(0o600)
        self.daemon("slurmdbd", "-D")
        self.wait_until(self.knows_the_cluster, "slurmdbd knows the cluster")

    def knows_the_cluster(self):
        log = self.folder / "slurmdbd.log"
        if not log.exists() or "started" not in log.read_text(encoding="utf-8"):
            return False
        subprocess.run(("sacctmgr", "--immediate", "add", "cluster", "test"), env=self.environment, check=False,
                       stdin=subprocess.DEVNULL, capture_output=True)
        return self.run("sacctmgr", "--noheader", "--parsable2", "show", "cluster", "format=cluster", check=False).stdout == "test\n"
