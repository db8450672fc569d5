"""What the scripts that print tables of a study share: reading it, means with intervals, and Markdown."""

import csv
import inspect
import random
import sys
from pathlib import Path


def fail(problem):
    sys.exit(f"{Path(sys.argv[0]).name}: error: {problem}")


def rows(path):
    """The lines of a CSV table of a study, as dictionaries."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        fail(f"{path}: {error.strerror} (expected the output folder of mlaasim sweep)")


def mean(values):
    """The arithmetic mean; of no values NaN."""
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def interval(values):
    """95 % of the means of 2,000 bootstrap draws."""
    draw = random.Random(1)
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(2000))
    return means[49], means[1949]


def gain(differences):
    """The mean of points over another strategy, with its interval."""
    low, high = interval(differences)
    return f"{mean(differences):+.2f} [{low:+.2f}, {high:+.2f}]"


def print_table(header, body):
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for line in body:
        print("| " + " | ".join(line) + " |")
    print()


def dispatch(commands, usage):
    """Runs the command that the first argument names, on the folder that the second one names, with all further arguments."""
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(usage)
    command = commands[sys.argv[1]]
    try:
        inspect.signature(command).bind(*sys.argv[2:])
    except TypeError:
        sys.exit(usage)
    command(Path(sys.argv[2]), *sys.argv[3:])
