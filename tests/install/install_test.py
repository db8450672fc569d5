"""What `cmake --install` puts in place works for others: the program, its completion and manual page, the CMake package."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE, BUILD, CMAKE, GENERATOR, MPIEXEC = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:6]
# What the other project is built with.
TOOLS = sys.argv[6:]
MANIFEST = BUILD / "install_manifest.txt"
# Where the loader finds what the system has.
SYSTEM = re.compile(r"/(usr/)?lib\d*/")


def run(command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="mlaasim-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        cls.prefix = cls.folder / "prefix"
        cls.program = cls.prefix / "bin" / "mlaasim"
        # The list of the user's own installation stays as it was.
        kept = MANIFEST.read_bytes() if MANIFEST.exists() else None
        try:
            # Whoever installs may well keep new files to himself.
            done = run([CMAKE, "--install", BUILD, "--prefix", cls.prefix], umask=0o077)
            if done.returncode != 0 or done.stderr:
                raise AssertionError(done.stdout[-2000:] + done.stderr)
            cls.manifest = cls.folder / "manifest.txt"
            shutil.copy(MANIFEST, cls.manifest)
        finally:
            if kept is not None:
                MANIFEST.write_bytes(kept)
            else:
                MANIFEST.unlink(missing_ok=True)

    def succeed(self, command, **options):
        done = run(command, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def configure(self, name, *definitions):
        return run([CMAKE, "-G", GENERATOR, *TOOLS, "-S", SOURCE / "tests/install/consumer", "-B", self.folder / name,
                    f"-DCMAKE_PREFIX_PATH={self.prefix}", *definitions])

    def test_components_share_it_out(self):
        parts = {}
        for component in ("program", "development"):
            prefix = self.folder / component
            list_of_component = BUILD / f"install_manifest_{component}.txt"
            kept = list_of_component.read_bytes() if list_of_component.exists() else None
            done = run([CMAKE, "--install", BUILD, "--prefix", prefix, "--component", component])
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            list_of_component.unlink()
            if kept is not None:
                list_of_component.write_bytes(kept)
            parts[component] = {path.relative_to(prefix) for path in prefix.rglob("*") if path.is_file()}
            shutil.rmtree(prefix)
        whole = {path.relative_to(self.prefix) for path in self.prefix.rglob("*") if path.is_file()}
        self.assertEqual(parts["program"] | parts["development"], whole)
        self.assertEqual(parts["program"] & parts["development"], set())
        self.assertEqual({path.parts[0] for path in parts["program"]}, {"bin", "lib", "share"})

    def test_others_can_read_everything(self):
        for path in [self.prefix, *self.prefix.rglob("*")]:
            wanted = 0o005 if path.is_dir() or path == self.program else 0o004
            self.assertEqual(path.stat().st_mode & wanted, wanted, path)

    def test_program_needs_only_its_prefix_and_the_system(self):
        libraries = re.findall(r"=> (/\S+)", self.succeed(["ldd", self.program]))
        self.assertTrue(any("libtorch_cpu" in path for path in libraries), libraries)
        for path in libraries:
            self.assertTrue(SYSTEM.match(path) or Path(path).resolve().is_relative_to(self.prefix), path)
        for path in re.findall(r"R(?:UN)?PATH.*\[(.*)\]", self.succeed(["readelf", "-d", self.program])):
            for part in path.split(":"):
                self.assertTrue(part.startswith("$ORIGIN/") or not part.startswith("/home") and "/root" not in part, path)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_another_user_runs_it(self):
        home = self.folder / "home"
        home.mkdir()
        shutil.chown(home, "nobody")
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)}
        run_it = [self.program, "run", self.prefix / "share/mlaasim/experiments/quickstart.yaml", "--set", "rounds=1"]
        as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
        for ranks, launcher in ((1, []), (2, [MPIEXEC, "--oversubscribe", "--bind-to", "none", "-n", "2"])):
            with self.subTest(ranks=ranks):
                self.succeed([*as_nobody, *launcher, *run_it, "--output", home / f"out{ranks}"], env=environment, cwd=home)
        traces = [self.succeed([*as_nobody, self.program, "trace", "verify", home / f"out{ranks}/trace.h5"], env=environment)
                  for ranks in (1, 2)]
        whole = [re.search(r"(\w+)  all\n", digests).group(1) for digests in traces]
        self.assertEqual(whole[0], whole[1])

    def test_completion_and_manual_are_those_of_the_program(self):
        for path, words in (("share/bash-completion/completions/mlaasim", ["completion", "bash"]),
                            ("share/zsh/site-functions/_mlaasim", ["completion", "zsh"]),
                            ("share/man/man1/mlaasim.1", ["manual"])):
            self.assertEqual((self.prefix / path).read_text(), self.succeed([self.program, *words]))

    def test_another_project_builds_on_it(self):
        configured = self.configure("consumer", "-DCMAKE_BUILD_TYPE=Release")
        self.assertEqual(configured.returncode, 0, configured.stdout + configured.stderr)
        self.succeed([CMAKE, "--build", self.folder / "consumer"])
        number, word, instruction_set = self.succeed([self.folder / "consumer/consumer"]).split()
        self.assertTrue(0 <= float.fromhex(number) < 1, number)
        self.assertEqual(word, "weighted")
        self.assertTrue(instruction_set)

    def test_rooms_need_no_more_than_they_link(self):
        without = "-DCMAKE_DISABLE_FIND_PACKAGE_LibTorch=ON"
        refused = self.configure("refused", without)
        self.assertNotEqual(refused.returncode, 0)
        message = " ".join(refused.stderr.split())
        self.assertIn("Component fl needs LibTorch::LibTorch, which was not found.", message)
        self.assertNotIn("Component composition", message)
        unknown = self.configure("unknown", "-DROOMS=compositon")
        self.assertIn("There is no component compositon; there are core", " ".join(unknown.stderr.split()))

    def test_uninstall_leaves_nothing(self):
        copy = self.folder / "copy"
        shutil.copytree(self.prefix, copy, symlinks=True, ignore=shutil.ignore_patterns("libtorch_cpu.so"))
        manifest = self.folder / "manifest-of-copy.txt"
        manifest.write_text(self.manifest.read_text().replace(str(self.prefix), str(copy)))
        (copy / "lib" / "own.txt").write_text("somebody else's")
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        (self.folder / "cache" / "mlaasim").mkdir(parents=True)
        done = run([SOURCE / "scripts/uninstall", manifest], env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"rm -r {self.folder / 'cache' / 'mlaasim'}", done.stderr)
        self.assertEqual([path.relative_to(copy).as_posix() for path in copy.rglob("*")], ["lib", "lib/own.txt"])
        foreign = self.folder / "foreign.txt"
        foreign.write_text(f"{copy}/lib/own.txt\n")
        self.assertIn("is not the list of an installation", run([SOURCE / "scripts/uninstall", foreign]).stderr)
        self.assertTrue((copy / "lib" / "own.txt").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
