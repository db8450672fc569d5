#!/usr/bin/env python3
"""bench/drift_alarms.py [--seeds 1-10] [--labels 200] [--rounds 12]: how late adaptation.trigger's detectors are on the mixed scenario.

Plays experiments/quickstart.yaml with outsiders of every kind (four turned as the clients will be, three the other way, three not at all) and with
`strategy: {kind: none}`, so that nothing but the drift changes the errors, once a seed and detector. Prints for each detector
the rounds from the first turned image to the alarm, how often there was none, and alarms before it in 1,000 rounds.
"""
import argparse
import csv
import io
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "bin" / "mlaasim"
DETECTORS = {
    "adwin, error": ["kind=adwin"],
    "adwin, loss": ["kind=adwin", "value=loss"],
    "page_hinkley, error, threshold 50": ["kind=page_hinkley", "threshold=50"],
    "page_hinkley, loss, threshold 50": ["kind=page_hinkley", "value=loss", "threshold=50"],
    "page_hinkley, error": ["kind=page_hinkley"],
    "page_hinkley, error, delta .05, threshold 15": ["kind=page_hinkley", "delta=0.05", "threshold=15"],
}
START = 7
DRIFT = f"""drift:
  - {{kind: rotation, target: clients, pattern: gradual, start: {START}, duration: 3, magnitude: 30}}
  - {{kind: rotation, target: services, start: {START}, magnitude: 30, ids: [20, 21, 22, 23]}}
  - {{kind: rotation, target: services, start: {START}, magnitude: -30, ids: [24, 25, 26]}}
"""


def scenario(text):
    """The quickstart's with that drift in the place of its own."""
    kept, inside = [], False
    for line in text.splitlines():
        if line.startswith("drift:"):
            inside = True
        elif line and not line.startswith((" ", "#")):
            inside = False
        if not inside:
            kept.append(line)
    return "\n".join(kept) + "\n" + DRIFT


def alarms(file, folder, seed, labels, rounds, detector):
    """The rounds with an alarm."""
    settings = [f"seed={seed}", f"rounds={rounds}", "adaptation.start=1", "adaptation.strategy.kind=none",
                f"adaptation.evidence.labels={labels}", "clients.stream=420"]
    settings += ["adaptation.trigger." + option for option in detector]
    command = [PROGRAM, "run", file, "--output", folder]
    for setting in settings:
        command += ["--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    table = subprocess.run([PROGRAM, "trace", "csv", folder / "trace.h5", "monitoring"], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [int(row["round"]) for row in csv.DictReader(io.StringIO(table)) if row["change"] == "rose"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10")
    parser.add_argument("--labels", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=12)
    arguments = parser.parse_args()
    first, last = map(int, arguments.seeds.split("-"))
    seeds = range(first, last + 1)
    print("| detector | rounds to the alarm | seeds without one | false alarms, in 1,000 rounds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "mixed.yaml"
        file.write_text(scenario((ROOT / "experiments" / "quickstart.yaml").read_text()))
        for name, detector in DETECTORS.items():
            found = [alarms(file, pathlib.Path(folder) / f"{name}-{seed}", seed, arguments.labels, arguments.rounds, detector)
                     for seed in seeds]
            delays = [min(r for r in rose if r >= START) - START + 1 for rose in found if any(r >= START for r in rose)]
            early = sum(r < START for rose in found for r in rose)
            delay = f"{sum(delays) / len(delays):.1f}" if delays else "-"
            print(f"| {name} | {delay} | {len(found) - len(delays)} of {len(found)} | "
                  f"{1000 * early / (len(found) * (START - 1)):.0f} ({early} in {len(found) * (START - 1)}) |", flush=True)


if __name__ == "__main__":
    main()
