#!/usr/bin/env python3
"""Checks that the tree under src/ is the architecture: which room includes which, and which library is used where.

    scripts/check-includes.py [ROOT]    prints one line a problem; exits 1 when there is one

Rules:
  room     a room includes the rooms below it: app > run > tta > fl > sim/*, run > composition > sim/{core,options,trace},
           app > study > sim/{core,options,scenario_text,trace,storage,arrays}; fl and composition never meet; ROOMS has them all
  link     a room's CMakeLists.txt links the rooms that it includes, and no others
  first    NAME.cpp includes NAME.hpp before all else, so it shows that the header compiles alone
  once     a header has `#pragma once`
  path     our own headers are included by their path from src/, in quotes, and exist
  cycle    no file includes itself by any way round
  fence    a vendor's headers appear only where FENCES lets them
  fmt      no file has LibTorch's headers and fmt's: the LibTorch wheel carries an fmt of its own that shadows the system's
  name     a file is named after the one thing in it, not `utils`
  std      what a file uses of STANDARD it includes, itself or through our own headers: compilers differ in what their headers
           bring along
  length   no file is longer than LONGEST lines
The last two hold in tests/ and bench/, too.
"""

import re
import sys
from pathlib import Path

# Each room of src/, and the rooms that it may include. A room's CMakeLists.txt links those that it does include, no others.
SIM = {
    "core": set(),
    "options": {"core"},
    "scenario_text": {"core", "options"},
    "trace": {"core"},
    "storage": {"core", "trace"},
    "parallel": {"core"},
    "arrays": {"core"},
    "data": {"core", "options", "arrays"},
    "corruption": {"core", "options", "data"},
    "drift": {"core", "options", "data", "corruption"},
    "partition": {"core", "options", "data"},
    "stream": {"core", "options"},
    "qos": {"core", "options"},
}
EVERY_SIM = {f"sim/{room}" for room in SIM}
ROOMS = {
    **{f"sim/{room}": {f"sim/{other}" for other in others} for room, others in SIM.items()},
    "composition": {"sim/core", "sim/options", "sim/trace"},
    "fl": EVERY_SIM,
    "tta": EVERY_SIM | {"fl"},
    "run": EVERY_SIM | {"composition", "fl", "tta"},
    "study": {"sim/core", "sim/options", "sim/scenario_text", "sim/trace", "sim/storage", "sim/arrays"},
    "app": EVERY_SIM | {"composition", "fl", "tta", "run", "study"},
}

# A vendor's headers (pattern of the path in the include), where they may be included (pattern of the file under src/),
# and that place in words. A header that no line knows is refused: a new dependency declares its fence here.
def source_of(*rooms):
    return "(" + "|".join(rooms) + r")/.*\.cpp"


FENCES = [
    ("LibTorch", r"(ATen|c10|torch|caffe2)/.*", r"(fl|tta)/.*", "src/fl and src/tta"),
    ("Highway", r"hwy/.*", r"fl/.*", "src/fl"),
    ("Eigen", r"(unsupported/)?Eigen/.*", r"composition/.*", "src/composition"),
    ("MPI", r"mpi\.h", source_of("sim/parallel"), ".cpp files of src/sim/parallel"),
    ("HDF5", r"(hdf5(_hl)?|H5\w+)\.h", source_of("sim/storage"), ".cpp files of src/sim/storage"),
    ("yaml-cpp", r"yaml-cpp/.*", source_of("sim/scenario_text"), ".cpp files of src/sim/scenario_text"),
    ("nlohmann-json", r"nlohmann/.*", source_of("sim/options", "sim/trace", "study", "app"),
     ".cpp files of src/sim/options, src/sim/trace, src/study and src/app"),
    ("zlib", r"z(lib|conf)\.h", source_of("sim/data"), ".cpp files of src/sim/data"),
    ("libzip", r"zip\.h", source_of("sim/arrays"), ".cpp files of src/sim/arrays"),
    ("libpng", r"png\.h", source_of("study"), ".cpp files of src/study"),
    ("OpenSSL", r"openssl/.*", source_of("sim/core"), ".cpp files of src/sim/core"),
    ("xxHash", r"xxhash\.h", source_of("sim/data"), ".cpp files of src/sim/data"),
    ("Random123", r"Random123/.*", source_of("sim/core"), ".cpp files of src/sim/core"),
    ("fmt", r"fmt/.*", r"app/.*|" + source_of("sim/.*", "run", "study"), "src/app and .cpp files of src/run, src/study and src/sim"),
    ("Boost.Program_options", r"boost/program_options(/.*|\.hpp)", r"app/.*", "src/app"),
    ("Boost.Math", r"boost/math/.*", source_of("study", "tta"), ".cpp files of src/study and src/tta"),
    ("Boost.Random", r"boost/random/.*", source_of("sim/corruption"), ".cpp files of src/sim/corruption"),
]

# The language's and the operating system's headers, free for all: <vector>, <sys/file.h>, <unistd.h>.
SYSTEM_HEADER = re.compile(
    r"[a-z_0-9]+|(sys|linux|netinet|arpa)/\w+\.h|"
    r"(assert|cpuid|ctype|dirent|dlfcn|elf|errno|fcntl|float|immintrin|inttypes|limits|link|malloc|math|netdb|poll|pthread|pwd|sched|"
    r"signal|spawn|stdint|stdio|stdlib|string|termios|time|unistd|x86intrin)\.h")

# Functions of the standard library that are easily had without their header on one compiler, and not on the next.
STANDARD = {
    "algorithm": r"(ranges::)?(all_of|any_of|binary_search|clamp|copy(_n|_if)?|count(_if)?|equal|fill(_n)?|find(_if)?|for_each|generate|"
                 r"is_sorted|lower_bound|max|max_element|min|min_element|mismatch|none_of|nth_element|remove(_if)?|replace|reverse|rotate|"
                 r"search|set_difference|sort|stable_sort|swap_ranges|transform|unique|upper_bound)",
    "cmath": r"(abs|acos|ceil|cos|exp|floor|frexp|hypot|isfinite|isnan|ldexp|llround|log|log1p|log2|lround|nextafter|pow|round|sin|sqrt)",
    "cstring": r"(memchr|memcmp|memcpy|memset|strcmp|strerror|strlen)",
    "numeric": r"(accumulate|exclusive_scan|gcd|inner_product|iota|midpoint|partial_sum|reduce)",
    "utility": r"(cmp_greater|cmp_greater_equal|cmp_less|cmp_less_equal|exchange)",
}

LONGEST = 350

VAGUE_WORDS = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "manager", "managers", "misc"}

COMMENT_OR_STRING = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)|R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def without_comments(text):
    """The text with comments blanked out, line for line."""

    def blank(match):
        return re.sub(r"[^\n]", " ", match.group()) if match.group("comment") else match.group()

    return COMMENT_OR_STRING.sub(blank, text)


def room_of(path):
    """The room of a path from src/; None where there is none."""
    parts = path.split("/")
    room = "/".join(parts[:2]) if parts[0] == "sim" else parts[0]
    return room if room in ROOMS and len(parts) > room.count("/") + 1 else None


class File:
    """A source file: its path from src/, its includes as (line, header, in quotes), and where it first uses what of STANDARD."""

    def __init__(self, src, path):
        self.path = path.relative_to(src).as_posix()
        self.room = room_of(self.path)
        text = without_comments(path.read_text(encoding="utf-8"))
        self.includes = [(text.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == '"')
                         for match in INCLUDE.finditer(text)]
        self.once = re.search(r"^[ \t]*#[ \t]*pragma[ \t]+once\b", text, re.MULTILINE) is not None
        self.own = [header for _, header, _ in self.includes if is_own(header)]
        self.names_fmt = re.search(r"\b(fmt|spdlog)::", text) is not None
        self.lines = text.count("\n")
        self.uses = {}
        for header, functions in STANDARD.items():
            if match := re.search(rf"\bstd::{functions}\(", text):
                self.uses[header] = text.count("\n", 0, match.start()) + 1, match.group()[:-1]


def is_own(header):
    return "/" in header and header.split("/")[0] in {room.split("/")[0] for room in ROOMS}


def vendor_of(header):
    """The name of the vendor, the places its headers may be, and those places in words; None where unknown."""
    for name, pattern, places, words in FENCES:
        if re.fullmatch(pattern, header):
            return name, places, words
    return None


def check_room(file):
    if file.room is None:
        yield 1, f"is in no room (expected src/{{{', '.join(sorted(ROOMS))}}}/)"
        return
    for line, header, _ in file.includes:
        target = room_of(header)
        if target is not None and target != file.room and target not in ROOMS[file.room]:
            yield line, f'room: {file.room} may not include "{header}" (only {", ".join(sorted(ROOMS[file.room]))})'


def check_links(src, files):
    """Compares what each room includes with what its CMakeLists.txt links."""
    for room in ROOMS:
        script = src / room / "CMakeLists.txt"
        included = {room_of(header) for file in files.values() if file.room == room for header in file.own} - {room, None}
        if not script.is_file():
            if any(file.room == room for file in files.values()):
                yield f"src/{room}/CMakeLists.txt:1: link: is missing (expected mlaasim_room({room.split('/')[-1]} ...))"
            continue
        call = re.search(r"mlaasim_room\((.*?)\)\n", script.read_text(encoding="utf-8"), re.DOTALL)
        linked = set(re.findall(r"\bmlaasim_(\w+)", call.group(1))) if call else set()
        names = {other.split("/")[-1] for other in included}
        for name in sorted(names - linked):
            yield f"src/{room}/CMakeLists.txt:1: link: includes {name} and does not link mlaasim_{name}"
        for name in sorted(linked - names):
            yield f"src/{room}/CMakeLists.txt:1: link: links mlaasim_{name} and includes nothing of it"


def check_path(file, files):
    for line, header, quoted in file.includes:
        if is_own(header):
            if header not in files:
                yield line, f'path: there is no src/{header}'
            elif not quoted:
                yield line, f'path: our own <{header}> goes in quotes'
        elif quoted and vendor_of(header) is None:
            yield line, f'path: "{header}" is not a path from src/ (vendor headers go in <>)'


def check_first(file, files):
    header = re.sub(r"\.cpp$", ".hpp", file.path)
    if header != file.path and header in files and [name for _, name, _ in file.includes][:1] != [header]:
        line = file.includes[0][0] if file.includes else 1
        yield line, f'first: "{header}" comes before all other includes'


def check_once(file):
    if file.path.endswith(".hpp") and not file.once:
        yield 1, "once: has no `#pragma once`"


def check_fence(file):
    for line, header, quoted in file.includes:
        if is_own(header) or (not quoted and SYSTEM_HEADER.fullmatch(header)):
            continue
        vendor = vendor_of(header)
        if vendor is not None:
            name, places, words = vendor
            if not re.fullmatch(places, file.path):
                yield line, f"fence: {name}'s <{header}> belongs in {words}"
        elif not quoted:
            yield line, f"fence: <{header}> has no fence (declare it in FENCES of scripts/check-includes.py)"


def check_name(file):
    for part in re.split(r"[/_.\-]", file.path):
        if part.lower() in VAGUE_WORDS:
            yield 1, f"name: `{part}` says nothing (name the file after the one thing in it)"


def find_cycles(files):
    """One cycle for each group of files that include each other, as a list of paths that ends where it starts."""
    finished, cycles = set(), []

    def visit(path, trail):
        if path in trail:
            cycles.append(trail[trail.index(path):] + [path])
            return
        if path in finished:
            return
        for header in files[path].own:
            if header in files:
                visit(header, trail + [path])
        finished.add(path)

    for path in sorted(files):
        visit(path, [])
    return cycles


def reachable(file, files):
    """The file and all own headers it includes, by any number of steps."""
    seen, waiting = {file.path}, [file]
    while waiting:
        for header in waiting.pop().own:
            if header in files and header not in seen:
                seen.add(header)
                waiting.append(files[header])
    return [files[path] for path in seen]


def torch_and_fmt(file, files):
    """Whether LibTorch reaches the file, and whether fmt does."""
    parts = reachable(file, files)
    headers = {header for part in parts for _, header, _ in part.includes}
    return (any(re.match(r"(ATen|c10|torch|caffe2)/", header) for header in headers),
            any(re.match(r"(fmt|spdlog)/", header) for header in headers) or any(part.names_fmt for part in parts))


def check_fmt(file, files):
    if all(torch_and_fmt(file, files)):
        # Told once, where the two meet, and not again for every file above.
        if not any(all(torch_and_fmt(files[header], files)) for header in file.own if header in files):
            yield 1, "fmt: has LibTorch's headers and fmt (or spdlog) at once, directly or through our own headers"


def check_std(file, files):
    for header, (line, function) in file.uses.items():
        if not any(included == header for part in reachable(file, files) for _, included, _ in part.includes):
            yield line, f"std: uses {function} and does not include <{header}>"


def check_length(file):
    if file.lines > LONGEST:
        yield 1, f"length: has {file.lines} lines (at most {LONGEST}: let it serve one thought)"


def files_below(folder):
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".cpp", ".hpp", ".h", ".cc"})
    return {file.path: file for file in (File(folder, path) for path in paths)}


def check(root):
    """All problems of the tree, one text each."""
    src = Path(root) / "src"
    files = files_below(src)
    problems = []
    for file in files.values():
        found = [*check_room(file), *check_first(file, files), *check_once(file), *check_path(file, files),
                 *check_fence(file), *check_name(file), *check_fmt(file, files), *check_std(file, files),
                 *check_length(file)]
        problems += [f"src/{file.path}:{line}: {text}" for line, text in sorted(found)]
    for folder in ("tests", "bench"):
        own = files_below(Path(root) / folder)
        for file in own.values():
            found = [*check_std(file, {**files, **own}), *check_length(file)]
            problems += [f"{folder}/{file.path}:{line}: {text}" for line, text in found]
    problems += check_links(src, files)
    problems += [f"src/{cycle[0]}:1: cycle: {' -> '.join(cycle)}" for cycle in find_cycles(files)]
    return problems


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    if not (root / "src").is_dir():
        print(f"check-includes: {root} has no src/ (expected the project's folder)", file=sys.stderr)
        return 2
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
