"""A test that lacks a program skips, and fails where MLAASIM_REQUIRE has its word."""

import os
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from needs import skip_without  # noqa: E402


class Needs(unittest.TestCase):
    def outcome(self, required):
        with mock.patch.dict(os.environ, {"MLAASIM_REQUIRE": required}):
            try:
                skip_without("slurm", "there is no slurmctld")
            except (unittest.SkipTest, AssertionError) as raised:
                return raised
        return None

    def test_skips_where_nothing_is_required(self):
        for required in ("", "browser", "slurmx,browser"):
            outcome = self.outcome(required)
            self.assertIsInstance(outcome, unittest.SkipTest)
            self.assertIn("there is no slurmctld", str(outcome))

    def test_fails_where_it_is_required(self):
        for required in ("slurm", "browser,slurm"):
            outcome = self.outcome(required)
            self.assertIsInstance(outcome, AssertionError)
            self.assertIn("there is no slurmctld", str(outcome))
            self.assertIn("MLAASIM_REQUIRE", str(outcome))


if __name__ == "__main__":
    unittest.main()
