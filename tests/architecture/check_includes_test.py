"""scripts/check-includes.py finds each kind of breach in a small tree, and only there."""

import contextlib
import importlib.util
import io
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check-includes.py"
SPEC = importlib.util.spec_from_file_location("check_includes", SCRIPT)
check_includes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_includes)

# A small tree without a breach; the tests add to it.
SOUND = {
    "sim/core/ids.hpp": "#pragma once\n#include <cstdint>\n",
    "sim/trace/trace.hpp": '#pragma once\n#include "sim/core/ids.hpp"\n',
    "sim/storage/file.cpp": '#include "sim/trace/trace.hpp"\n#include <fcntl.h>\n#include <sys/file.h>\n#include <hdf5.h>\n'
                            '#include <fmt/format.h>\n',
    "sim/parallel/ranks.cpp": "#include <mpi.h>\n",
    "composition/bandit/thompson.cpp": '#include "sim/core/ids.hpp"\n#include <Eigen/Dense>\n',
    "fl/torch.hpp": "#pragma once\n#include <ATen/ATen.h>\n",
    "fl/model.hpp": '#pragma once\n#include "fl/torch.hpp"\n#include "sim/core/ids.hpp"\n',
    "tta/tent.cpp": '#include "fl/model.hpp"\n',
    "run/coordinator.hpp": '#pragma once\n#include "composition/service.hpp"\n#include "sim/trace/trace.hpp"\n',
    "app/main.cpp": '#include "run/coordinator.hpp"\n#include <boost/program_options.hpp>\n#include <fmt/format.h>\n',
    "composition/service.hpp": '#pragma once\n#include "sim/core/ids.hpp"\n',
    "app/text.hpp": "#pragma once\n",
}
LINKS = {
    "sim/core": (), "sim/trace": ("core",), "sim/storage": ("trace",), "sim/parallel": (), "composition": ("core",),
    "fl": ("core",), "tta": ("fl",), "run": ("composition", "trace"), "app": ("run",),
}


def script_of(room, links):
    """The CMakeLists.txt of a room that links these rooms."""
    libraries = " ".join(f"mlaasim_{name}" for name in links)
    return f'mlaasim_room({room.split("/")[-1]}\n  PURPOSE "what it is for"\n  PUBLIC {libraries})\n'


class CheckIncludes(unittest.TestCase):
    def problems(self, links=None, once=False, **files):
        """The problems of the sound tree with `files` added; a name's `__` stands for / and its last _ for the dot. Breaches
        of links are left out, unless `links` has those of some rooms, and headers without `#pragma once`, unless `once`."""
        with tempfile.TemporaryDirectory() as root:
            named = {name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1]: text for name, text in files.items()}
            scripts = {f"{room}/CMakeLists.txt": script_of(room, names) for room, names in {**LINKS, **(links or {})}.items()}
            for path, text in {**SOUND, **scripts, **named}.items():
                target = Path(root, "src", path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            found = check_includes.check(root)
            ignored = [rule for rule, asked in ((" link: ", links is not None), (" once: ", once)) if not asked]
            return [problem for problem in found if not any(rule in problem for rule in ignored)]

    def assert_only(self, problems, start, *words):
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(start), problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_sound_tree(self):
        self.assertEqual(self.problems(), [])

    def test_links_are_what_is_included(self):
        self.assertEqual(self.problems(links={}), [])
        self.assert_only(self.problems(links={"tta": ()}), "src/tta/CMakeLists.txt:1: link: includes fl")
        self.assert_only(self.problems(links={"tta": ("fl", "core")}), "src/tta/CMakeLists.txt:1: link: links mlaasim_core")
        self.assert_only(self.problems(links={}, sim__qos__new_hpp=""), "src/sim/qos/CMakeLists.txt:1: link: is missing")

    def test_header_is_included_once_however_often(self):
        self.assertEqual(self.problems(once=True), [])
        self.assert_only(self.problems(once=True, sim__core__new_hpp="// #pragma once\n"), "src/sim/core/new.hpp:1: once: ")
        self.assertEqual(self.problems(once=True, sim__core__new_hpp="// A header.\n#pragma once\n"), [])

    def test_own_header_comes_first(self):
        self.assertEqual(self.problems(sim__core__ids_cpp='// #include <map>\n#include "sim/core/ids.hpp"\n#include <map>\n'), [])
        self.assert_only(self.problems(sim__core__ids_cpp='#include <map>\n#include "sim/core/ids.hpp"\n'),
                         "src/sim/core/ids.cpp:1: first: ", "sim/core/ids.hpp")
        self.assert_only(self.problems(sim__core__ids_cpp="\n#include <map>\n"), "src/sim/core/ids.cpp:2: first: ")
        self.assert_only(self.problems(sim__core__ids_cpp=""), "src/sim/core/ids.cpp:1: first: ")

    def test_every_upward_or_sideways_include(self):
        rooms = check_includes.ROOMS
        leaves = {f"{room.replace('/', '__')}__leaf_hpp": "" for room in rooms}
        others = list(rooms)
        includes = "".join(f'#include "{other}/leaf.hpp"\n' for other in others)
        for room in rooms:
            with self.subTest(room=room):
                found = self.problems(**leaves, **{f"{room.replace('/', '__')}__new_cpp": includes})
                allowed = {room, *rooms[room]}
                refused = [(line, other) for line, other in enumerate(others, start=1) if other not in allowed]
                self.assertEqual(len(found), len(refused), found)
                for problem, (line, other) in zip(found, refused):
                    self.assertTrue(problem.startswith(f"src/{room}/new.cpp:{line}: room: "), problem)
                    self.assertIn(f"{other}/leaf.hpp", problem)

    def test_rooms_go_one_way(self):
        rooms = check_includes.ROOMS
        self.assertNotIn("composition", rooms["fl"])
        self.assertNotIn("fl", rooms["composition"])
        above = {room: set(others) for room, others in rooms.items()}
        while above:
            lowest = [room for room, others in above.items() if not others & set(above)]
            self.assertTrue(lowest, f"rooms that include each other: {sorted(above)}")
            for room in lowest:
                del above[room]

    def test_file_outside_every_room(self):
        self.assert_only(self.problems(extra__thing_hpp=""), "src/extra/thing.hpp:1: is in no room")
        self.assert_only(self.problems(thing_hpp=""), "src/thing.hpp:1: is in no room")
        self.assert_only(self.problems(sim__thing_hpp=""), "src/sim/thing.hpp:1: is in no room")

    def test_cycle_of_two_and_of_three(self):
        self.assert_only(self.problems(sim__core__a_hpp='#include "sim/core/b.hpp"', sim__core__b_hpp='#include "sim/core/a.hpp"'),
                         "src/sim/core/a.hpp:1: cycle: sim/core/a.hpp -> sim/core/b.hpp -> sim/core/a.hpp")
        self.assert_only(self.problems(sim__core__a_hpp='#include "sim/core/b.hpp"', sim__core__b_hpp='#include "sim/core/c.hpp"',
                                       sim__core__c_hpp='#include "sim/core/a.hpp"'),
                         "src/sim/core/a.hpp:1: cycle: sim/core/a.hpp -> sim/core/b.hpp -> sim/core/c.hpp -> sim/core/a.hpp")

    def test_file_that_includes_itself(self):
        self.assert_only(self.problems(sim__core__a_hpp='#include "sim/core/a.hpp"'), "src/sim/core/a.hpp:1: cycle: ")

    def test_two_ways_to_one_header_are_no_cycle(self):
        self.assertEqual(self.problems(sim__storage__a_hpp='#include "sim/core/ids.hpp"\n#include "sim/trace/trace.hpp"'), [])

    def test_vendor_outside_its_fence(self):
        breaches = [
            ("sim__core__new_cpp", "ATen/ATen.h", "LibTorch"), ("composition__new_cpp", "c10/util/Half.h", "LibTorch"),
            ("app__new_cpp", "torch/torch.h", "LibTorch"), ("sim__core__new_cpp", "Eigen/Dense", "Eigen"),
            ("fl__new_cpp", "Eigen/Core", "Eigen"), ("app__new_cpp", "mpi.h", "MPI"), ("sim__core__new_hpp", "mpi.h", "MPI"),
            ("composition__new_cpp", "mpi.h", "MPI"), ("sim__core__new_hpp", "hdf5.h", "HDF5"),
            ("app__new_cpp", "H5Fpublic.h", "HDF5"), ("sim__core__new_hpp", "yaml-cpp/yaml.h", "yaml-cpp"),
            ("app__new_cpp", "yaml-cpp/yaml.h", "yaml-cpp"), ("sim__core__new_hpp", "zlib.h", "zlib"), ("sim__data__new_cpp", "zip.h", "libzip"),
            ("sim__core__new_hpp", "openssl/evp.h", "OpenSSL"), ("app__new_cpp", "xxhash.h", "xxHash"),
            ("run__new_cpp", "nlohmann/json.hpp", "nlohmann-json"), ("app__new_cpp", "png.h", "libpng"),
            ("sim__core__new_hpp", "Random123/philox.h", "Random123"), ("tta__new_cpp", "Random123/philox.h", "Random123"),
            ("sim__core__new_cpp", "boost/program_options.hpp", "Boost"), ("sim__core__new_hpp", "fmt/format.h", "fmt"),
            ("composition__new_cpp", "fmt/format.h", "fmt"), ("fl__new_cpp", "fmt/format.h", "fmt"),
        ]
        for name, header, vendor in breaches:
            for form in (f"#include <{header}>", f'#  include "{header}"'):
                with self.subTest(file=name, include=form):
                    self.assert_only(self.problems(**{name: form}), "src/", ":1: fence: ", vendor, header)

    def test_unknown_vendor(self):
        self.assert_only(self.problems(sim__core__new_cpp="#include <spdlog/spdlog.h>"),
                         "src/sim/core/new.cpp:1: fence: <spdlog/spdlog.h> has no fence")
        self.assert_only(self.problems(sim__core__new_cpp="#include <sqlite3.h>"), "src/sim/core/new.cpp:1: fence: ")

    def test_fmt_beside_libtorch(self):
        self.assert_only(self.problems(app__new_cpp='#include "fl/torch.hpp"\n#include <fmt/format.h>'),
                         "src/app/new.cpp:1: fmt: ")

    def test_fmt_meets_libtorch_through_own_headers(self):
        # Named where the two meet, not in app/above.cpp.
        found = self.problems(app__text_hpp="#include <fmt/format.h>",
                              app__meeting_hpp='#include "app/text.hpp"\n#include "fl/model.hpp"',
                              app__above_cpp='#include "app/meeting.hpp"')
        self.assert_only(found, "src/app/meeting.hpp:1: fmt: ")

    def test_fmt_by_name_only(self):
        self.assert_only(self.problems(fl__new_cpp='#include "fl/torch.hpp"\nauto text = fmt::format("{}", 1);'),
                         "src/fl/new.cpp:1: fmt: ")

    def test_own_header_by_another_path(self):
        self.assert_only(self.problems(sim__core__new_cpp='#include "ids.hpp"'), 'src/sim/core/new.cpp:1: path: "ids.hpp"')
        self.assert_only(self.problems(sim__core__new_cpp='#include "../sim/core/ids.hpp"'), "src/sim/core/new.cpp:1: path: ")
        self.assert_only(self.problems(sim__core__new_cpp="#include <sim/core/ids.hpp>"), "src/sim/core/new.cpp:1: path: ", "quotes")
        self.assert_only(self.problems(sim__core__new_cpp='#include "sim/core/gone.hpp"'), "src/sim/core/new.cpp:1: path: ", "gone")

    def test_vague_names(self):
        for name in ("sim__core__utils_hpp", "sim__core__string_helpers_hpp", "composition__common__service_hpp",
                     "app__client_manager_hpp"):
            with self.subTest(file=name):
                self.assert_only(self.problems(**{name: ""}), "src/", ":1: name: ")

    def test_comments_and_strings_are_no_includes(self):
        self.assertEqual(self.problems(sim__core__new_cpp='// #include "app/main.hpp"\n/*\n#include <mpi.hpp>\n*/\n'
                                                    'auto url = "http://x/*";\n'), [])
        self.assert_only(self.problems(sim__core__new_cpp='auto url = "/*";\n/* one\n two */\n#include "run/coordinator.hpp"'),
                         "src/sim/core/new.cpp:4: room: ")

    def test_digit_separators_hide_nothing(self):
        self.assert_only(self.problems(sim__core__new_cpp="auto n = 50'890;\n// it's\n#include <Eigen/Dense>"),
                         "src/sim/core/new.cpp:3: fence: ")

    def test_standard_functions_need_their_header(self):
        self.assert_only(self.problems(sim__core__new_cpp="#include <vector>\nvoid f() {\n    std::copy_n(a, 1, b);\n}\n"),
                         "src/sim/core/new.cpp:3: std: ", "std::copy_n", "<algorithm>")
        self.assertEqual(self.problems(sim__core__new_cpp="#include <algorithm>\nvoid f() { std::ranges::sort(a); }\n"), [])
        self.assertEqual(self.problems(sim__core__own_hpp="#pragma once\n#include <algorithm>\n",
                                       sim__core__new_cpp='#include "sim/core/own.hpp"\nvoid f() { std::max(a, b); }\n'), [])

    def test_long_files(self):
        self.assert_only(self.problems(sim__core__new_cpp="\n" * 351), "src/sim/core/new.cpp:1: length: ", "351", "350")
        self.assertEqual(self.problems(sim__core__new_cpp="\n" * 350), [])

    def test_tests_are_looked_at_too(self):
        self.assert_only(self.problems(**{"..__tests__sim__new_cpp": "void f() { std::memcpy(a, b, 1); }\n"}),
                         "tests/sim/new.cpp:1: std: ", "<cstring>")

    def test_exit_status(self):
        with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(check_includes.main([root]), 2)
            Path(root, "src", "sim", "core").mkdir(parents=True)
            Path(root, "src", "sim", "core", "CMakeLists.txt").write_text(script_of("core", ()), encoding="utf-8")
            self.assertEqual(check_includes.main([root]), 0)
            Path(root, "src", "sim", "core", "utils.hpp").write_text("#pragma once\n", encoding="utf-8")
            self.assertEqual(check_includes.main([root]), 1)
            self.assertIn("src/sim/core/utils.hpp", out.getvalue())


if __name__ == "__main__":
    unittest.main()
