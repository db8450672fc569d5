"""Tests that need a program which a machine may lack: they skip there, and fail where MLAASIM_REQUIRE demands them."""

import os
import unittest


def is_required(need):
    """Whether the environment variable MLAASIM_REQUIRE, words between commas, has this one: "slurm", "browser", ..."""
    return need in os.environ.get("MLAASIM_REQUIRE", "").split(",")


def skip_without(need, reason):
    """Ends a test that can't run here, because of `reason`: as skipped, or as failed where it is required."""
    if is_required(need):
        raise AssertionError(f'{reason}, and MLAASIM_REQUIRE demands the tests of "{need}"')
    raise unittest.SkipTest(f"skipped: {reason}")
