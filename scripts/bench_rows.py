"""Rows of scripts/bench: their targets, what is kept of them in bench/results/latest.json, and how they are printed."""


def row(name, ours, reference, target, unit, bound=None, better="higher", speedup=False):
    """`ratio` is ours over the reference; with `speedup`, of times: the reference over ours."""
    ratio = None
    if reference:
        ratio = reference / ours if speedup else ours / reference
    return {"name": name, "ours": round(ours, 4), "reference": round(reference, 4) if reference else None,
            "ratio": round(ratio, 4) if ratio else None, "target": target,
            "bound": round(bound, 4) if bound else None, "unit": unit, "better": better}


# Service updates/s over the framework's.
PEER_TARGETS = {
    "mlp": {"loop over PyTorch": ">= 4", "pfl-research": ">= 5", "FedLab": "", "Flower": ">= 20", "JAX": ">= 1.5"},
    "cnn": {"loop over PyTorch": ">= 4", "pfl-research": ">= 4.5", "Flower": "", "JAX": ">= 4"},
    "small": {"loop over PyTorch": ">= 5", "pfl-research": ">= 10", "FedLab": "", "Flower": "", "JAX": ">= 1.3"},
}


# By the beginning and the end of a row's name; the first that fits counts.
ENGINE_TARGETS = [("training step: MLP 784-64-10", ", AVX2", ">= 3"), ("training step: MLP 784-64-10", "", ">= 2"),
                  ("training step: MLP 784-16-10", "", ">= 4"),
                  ("training step: CNN 1-16-32 (BN), fc 64, batch 32", ", AVX2", ">= 6"),
                  ("training step: CNN 1-16-32 (BN), fc 64, batch 32", "", ">= 4"), ("training step: CNN", "", ">= 3"),
                  ("training step: cnn1d", "", ">= 2.5"),
                  ("evaluation: 100 MLPs 784-64-10 on 2,000 samples, mnist", "", ">= 3"),
                  ("evaluation: 100 MLPs", "", ">= 1.15"), ("evaluation:", "", ">= 3"), ("aggregation:", "", ">= 0.8")]


def engine_target(name):
    return next(target for start, end, target in ENGINE_TARGETS if name.startswith(start) and name.endswith(end))


def processor_of(cpuinfo):
    """As /proc/cpuinfo names the first processor; with its family and model, as one name may stand for several. Else None."""
    said = {}
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        said.setdefault(name.strip(), value.strip())
    if "model name" not in said:
        return None
    return f"{said['model name']} (family {said['cpu family']}, model {said['model']})" if "cpu family" in said else said["model name"]


def finished(rows, versions, date):
    """Rows as they are kept: with the instruction set in each name, and what they were measured with."""
    kernels = versions[1].rsplit(" ", 1)[1]
    done = []
    for r in rows:
        name = r["name"] if r["name"].endswith(f", {kernels}") else f"{r['name']}, {kernels}"
        done.append({**r, "name": name, "measured": {"date": date, "program": versions[0], "on": versions[1]}})
    return done


def merged(before, result):
    """Rows that were not measured this time stay when they are of the same machine and libraries, on any instruction set."""
    def libraries(versions):
        return [versions[1].split(" on ")[0], *versions[2:]]
    if before["machine"] != result["machine"] or libraries(before["versions"]) != libraries(result["versions"]):
        return result
    measured = {r["name"] for r in result["rows"]}
    rows = [r for r in before["rows"] if r["name"] not in measured] + result["rows"]
    return {**result, "rows": sorted(rows, key=lambda r: r["name"])}


def print_table(rows):
    cells = [("what", "ours", "reference", "ratio", "target", "bound")]
    for r in rows:
        number = lambda value: "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
        cells.append((r["name"], f"{number(r['ours'])} {r['unit']}", number(r["reference"]),
                      "" if r["ratio"] is None else f"{r['ratio']:.3f}", r["target"], number(r["bound"])))
    widths = [max(len(line[i]) for line in cells) for i in range(6)]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
