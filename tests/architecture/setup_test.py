"""scripts/setup configures a build folder that belongs to other sources anew, and leaves its own as it is."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

# In place of the programs that setup calls: each writes down its name and arguments.
STUB = '#!/bin/sh\necho "$(basename "$0") $*" >>"$CALLS"\n'


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.make("programs", "cmake", "fetch-libtorch", "apt-get", "sudo")
        # Every package is installed already.
        dpkg = self.folder / "programs" / "dpkg-query"
        dpkg.write_text('#!/bin/sh\nfor name; do echo "installed $name"; done\n', encoding="utf-8")
        dpkg.chmod(0o755)
        self.libtorch = self.folder / "libtorch.so"
        self.libtorch.touch()

    def make(self, where, *programs):
        for program in programs:
            path = self.folder / where / program
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(STUB, encoding="utf-8")
            path.chmod(0o755)

    def sources(self, name, built_for):
        """A tree with the script, and a build folder that was configured for `built_for`."""
        root = self.folder / name
        self.make(f"{name}/scripts", "fetch-libtorch", "fetch-uplot")
        for script in ("setup", "lib.sh"):
            copy = root / "scripts" / script
            copy.write_text((SCRIPTS / script).read_text(encoding="utf-8"), encoding="utf-8")
            copy.chmod(0o755)
        (root / "build" / "CMakeFiles").mkdir(parents=True)
        (root / "build" / "build.ninja").touch()
        (root / "build" / "object.o").touch()
        (root / "build" / "CMakeCache.txt").write_text(
            f"CMAKE_HOME_DIRECTORY:INTERNAL={built_for}\nLibTorch_CPU_LIBRARY:FILEPATH={self.libtorch}\n",
            encoding="utf-8")
        return root

    def calls(self, root):
        log = self.folder / "calls"
        log.write_text("", encoding="utf-8")
        environment = {**os.environ, "PATH": f"{self.folder / 'programs'}:{os.environ['PATH']}", "CALLS": str(log)}
        environment.pop("LIBTORCH_ROOT", None)
        subprocess.run([root / "scripts" / "setup"], env=environment, check=True, capture_output=True)
        return [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("cmake")]

    def test_own_build_folder_is_built(self):
        root = self.sources("own", self.folder / "own")
        calls = self.calls(root)
        self.assertEqual(len(calls), 1, calls)
        self.assertTrue(calls[0].startswith("cmake --build build"), calls)
        self.assertTrue((root / "build" / "CMakeCache.txt").exists())

    def test_copied_build_folder_is_configured_anew(self):
        for built_for in (self.sources("original", self.folder / "original"), self.folder / "gone"):
            root = self.sources(f"copy-of-{built_for.name}", built_for)
            calls = self.calls(root)
            self.assertEqual(len(calls), 2, calls)
            self.assertTrue(calls[0].startswith("cmake --preset release"), calls)
            self.assertFalse((root / "build" / "CMakeCache.txt").exists())
            self.assertFalse((root / "build" / "CMakeFiles").exists())
            self.assertTrue((root / "build" / "object.o").exists())

    def test_a_link_to_the_sources_is_the_sources(self):
        root = self.sources("linked", self.folder / "linked")
        (self.folder / "link").symlink_to(root)
        self.assertEqual(len(self.calls(self.folder / "link")), 1)


if __name__ == "__main__":
    unittest.main()
