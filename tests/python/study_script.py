"""What the tests of the scripts that print tables of a study share: a folder for the study, and the table that is printed."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path


class StudyScript(unittest.TestCase):
    SCRIPT = ""  # its name below scripts/; the source folder is the test's first argument

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mlaasim-study-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_script(self, *words):
        script = Path(sys.argv[1]) / "scripts" / self.SCRIPT
        return subprocess.run([sys.executable, "-B", script, *words], capture_output=True, text=True, check=False)

    def tables(self, command, *words, number=0):
        """The lines of a printed table by column, and all that was printed. `number`: of the table, from 0."""
        done = self.run_script(command, str(self.folder), *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        blocks = re.findall(r"(?:^\|.*\n?)+", done.stdout, re.MULTILINE)
        lines = blocks[number].splitlines()
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]], done.stdout
