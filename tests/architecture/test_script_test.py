"""scripts/test fails when GTEST_FILTER matches no case, as it fails when ctest does."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

# In place of ctest: writes down what the test programs would have said.
CTEST = """#!/bin/sh
mkdir -p build/Testing/Temporary
printf '%s\\n' "$SAID" >build/Testing/Temporary/LastTest.log
exit "$CODE"
"""


class TestScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in (("scripts/setup", "#!/bin/sh\n"), ("programs/ctest", CTEST),
                           ("scripts/test", (SCRIPTS / "test").read_text(encoding="utf-8")),
                           ("scripts/lib.sh", (SCRIPTS / "lib.sh").read_text(encoding="utf-8"))):
            path = self.root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)

    def run_script(self, said, code=0, pattern=None):
        environment = {**os.environ, "PATH": f"{self.root / 'programs'}:{os.environ['PATH']}", "SAID": said, "CODE": str(code)}
        environment.pop("GTEST_FILTER", None)
        if pattern is not None:
            environment["GTEST_FILTER"] = pattern
        return subprocess.run([self.root / "scripts" / "test"], env=environment, check=False, capture_output=True, text=True)

    def test_filter_that_matches_nothing_fails(self):
        refused = self.run_script("[==========] Running 0 tests from 0 test suites.", pattern="Qoz*")
        self.assertEqual(refused.returncode, 1, refused)
        self.assertIn("GTEST_FILTER=Qoz*", refused.stderr)

    def test_filter_that_matches_in_one_part_passes(self):
        said = "[==========] Running 0 tests from 0 test suites.\n[==========] Running 2 tests from 1 test suite."
        self.assertEqual(self.run_script(said, pattern="Qos*").returncode, 0)

    def test_without_filter_ctest_decides(self):
        self.assertEqual(self.run_script("no GoogleTest").returncode, 0)
        self.assertEqual(self.run_script("no GoogleTest", code=8).returncode, 8)


if __name__ == "__main__":
    unittest.main()
