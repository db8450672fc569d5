"""Tests that use packages of Python, which only one of a machine's interpreters may have."""

import os
import subprocess
import sys

from needs import skip_without


def has(interpreter, modules):
    imports = "; ".join(f"import {module}" for module in modules)
    try:
        return subprocess.run([interpreter, "-c", imports], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def python_with(*modules):
    """An interpreter that has these modules: this one, the system's, or None."""
    for interpreter in (sys.executable, "/usr/bin/python3"):
        if has(interpreter, modules):
            return interpreter
    return None


def continue_with(*modules):
    """Starts this program anew under an interpreter that has these modules. Returns where there is none, and under that interpreter."""
    interpreter = python_with(*modules)
    if interpreter not in (None, sys.executable):
        os.execv(interpreter, [interpreter, "-B", *sys.argv])


def needs_modules(need, *modules):
    """To be called by a test, or before all tests of a class: skips them where this interpreter lacks a module."""
    lacking = [module for module in modules if not has(sys.executable, [module])]
    if lacking:
        skip_without(need, f"there is no Python with {', '.join(lacking)}")
