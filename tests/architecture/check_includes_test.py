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
    "sim/ids.hpp": "#pragma once\n#include <cstdint>\n",
    "sim/trace.hpp": '#pragma once\n#include "sim/ids.hpp"\n',
    "sim/trace.cpp": '#include "sim/trace.hpp"\n#include <fcntl.h>\n#include <sys/file.h>\n#include <hdf5.h>\n'
                     '#include <mpi.h>\n#include <fmt/format.h>\n',
    "composition/bandit/thompson.cpp": '#include "sim/ids.hpp"\n#include <Eigen/Dense>\n',
    "fl/torch.hpp": "#pragma once\n#include <ATen/ATen.h>\n",
    "fl/model.hpp": '#pragma once\n#include "fl/torch.hpp"\n#include "sim/ids.hpp"\n',
    "tta/tent.cpp": '#include "fl/model.hpp"\n',
    "app/coordinator.hpp": '#pragma once\n#include "composition/service.hpp"\n#include "sim/trace.hpp"\n',
    "app/main.cpp": '#include "app/coordinator.hpp"\n#include <boost/program_options.hpp>\n#include <fmt/format.h>\n',
    "composition/service.hpp": '#pragma once\n#include "sim/ids.hpp"\n',
}


class CheckIncludes(unittest.TestCase):
    def problems(self, **files):
        """The problems of the sound tree with `files` added; a name's `__` stands for / and its last _ for the dot."""
        with tempfile.TemporaryDirectory() as root:
            named = {name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1]: text for name, text in files.items()}
            for path, text in {**SOUND, **named}.items():
                target = Path(root, "src", path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            return check_includes.check(root)

    def assert_only(self, problems, start, *words):
        self.assertEqual(len(problems), 1, problems)
        self.assertTrue(problems[0].startswith(start), problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_sound_tree(self):
        self.assertEqual(self.problems(), [])

    def test_every_upward_or_sideways_include(self):
        headers = {"sim": "sim/ids.hpp", "composition": "composition/service.hpp", "fl": "fl/layers.hpp",
                   "tta": "tta/adapter.hpp", "app": "app/worker.hpp"}
        leaves = {"fl__layers_hpp": "", "tta__adapter_hpp": "", "app__worker_hpp": ""}
        allowed = {("composition", "sim"), ("fl", "sim"), ("tta", "sim"), ("tta", "fl"),
                   ("app", "sim"), ("app", "composition"), ("app", "fl"), ("app", "tta")}
        for layer in headers:
            for other, header in headers.items():
                with self.subTest(layer=layer, includes=other):
                    found = self.problems(**leaves, **{f"{layer}__new_cpp": f'\n#include "{header}"\n'})
                    if layer == other or (layer, other) in allowed:
                        self.assertEqual(found, [])
                    else:
                        self.assert_only(found, f"src/{layer}/new.cpp:2: layer: ", header)

    def test_file_outside_every_layer(self):
        self.assert_only(self.problems(extra__thing_hpp=""), "src/extra/thing.hpp:1: is in no layer")
        self.assert_only(self.problems(thing_hpp=""), "src/thing.hpp:1: is in no layer")

    def test_cycle_of_two_and_of_three(self):
        self.assert_only(self.problems(sim__a_hpp='#include "sim/b.hpp"', sim__b_hpp='#include "sim/a.hpp"'),
                         "src/sim/a.hpp:1: cycle: sim/a.hpp -> sim/b.hpp -> sim/a.hpp")
        self.assert_only(self.problems(sim__a_hpp='#include "sim/b.hpp"', sim__b_hpp='#include "sim/c.hpp"',
                                       sim__c_hpp='#include "sim/a.hpp"'),
                         "src/sim/a.hpp:1: cycle: sim/a.hpp -> sim/b.hpp -> sim/c.hpp -> sim/a.hpp")

    def test_file_that_includes_itself(self):
        self.assert_only(self.problems(sim__a_hpp='#include "sim/a.hpp"'), "src/sim/a.hpp:1: cycle: ")

    def test_two_ways_to_one_header_are_no_cycle(self):
        self.assertEqual(self.problems(sim__a_hpp='#include "sim/ids.hpp"\n#include "sim/trace.hpp"'), [])

    def test_vendor_outside_its_fence(self):
        breaches = [
            ("sim__new_cpp", "ATen/ATen.h", "LibTorch"), ("composition__new_cpp", "c10/util/Half.h", "LibTorch"),
            ("app__new_cpp", "torch/torch.h", "LibTorch"), ("sim__new_cpp", "Eigen/Dense", "Eigen"),
            ("fl__new_cpp", "Eigen/Core", "Eigen"), ("app__new_cpp", "mpi.h", "MPI"), ("sim__new_hpp", "mpi.h", "MPI"),
            ("composition__new_cpp", "mpi.h", "MPI"), ("sim__new_hpp", "hdf5.h", "HDF5"),
            ("app__new_cpp", "H5Fpublic.h", "HDF5"), ("sim__new_hpp", "yaml-cpp/yaml.h", "yaml-cpp"),
            ("app__new_cpp", "yaml-cpp/yaml.h", "yaml-cpp"), ("sim__new_hpp", "zlib.h", "zlib"),
            ("sim__new_hpp", "openssl/evp.h", "OpenSSL"), ("app__new_cpp", "xxhash.h", "xxHash"),
            ("app__new_cpp", "nlohmann/json.hpp", "nlohmann-json"),
            ("sim__new_hpp", "Random123/philox.h", "Random123"), ("tta__new_cpp", "Random123/philox.h", "Random123"),
            ("sim__new_cpp", "boost/program_options.hpp", "Boost"), ("sim__new_hpp", "fmt/format.h", "fmt"),
            ("composition__new_cpp", "fmt/format.h", "fmt"), ("fl__new_cpp", "fmt/format.h", "fmt"),
        ]
        for name, header, vendor in breaches:
            for form in (f"#include <{header}>", f'#  include "{header}"'):
                with self.subTest(file=name, include=form):
                    self.assert_only(self.problems(**{name: form}), "src/", ":1: fence: ", vendor, header)

    def test_unknown_vendor(self):
        self.assert_only(self.problems(sim__new_cpp="#include <spdlog/spdlog.h>"),
                         "src/sim/new.cpp:1: fence: <spdlog/spdlog.h> has no fence")
        self.assert_only(self.problems(sim__new_cpp="#include <sqlite3.h>"), "src/sim/new.cpp:1: fence: ")

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
        self.assert_only(self.problems(sim__new_cpp='#include "ids.hpp"'), 'src/sim/new.cpp:1: path: "ids.hpp"')
        self.assert_only(self.problems(sim__new_cpp='#include "../sim/ids.hpp"'), "src/sim/new.cpp:1: path: ")
        self.assert_only(self.problems(sim__new_cpp="#include <sim/ids.hpp>"), "src/sim/new.cpp:1: path: ", "quotes")
        self.assert_only(self.problems(sim__new_cpp='#include "sim/gone.hpp"'), "src/sim/new.cpp:1: path: ", "gone")

    def test_vague_names(self):
        for name in ("sim__utils_hpp", "sim__string_helpers_hpp", "composition__common__service_hpp",
                     "app__client_manager_hpp"):
            with self.subTest(file=name):
                self.assert_only(self.problems(**{name: ""}), "src/", ":1: name: ")

    def test_comments_and_strings_are_no_includes(self):
        self.assertEqual(self.problems(sim__new_cpp='// #include "app/main.hpp"\n/*\n#include <mpi.hpp>\n*/\n'
                                                    'auto url = "http://x/*";\n'), [])
        self.assert_only(self.problems(sim__new_cpp='auto url = "/*";\n/* one\n two */\n#include "app/coordinator.hpp"'),
                         "src/sim/new.cpp:4: layer: ")

    def test_digit_separators_hide_nothing(self):
        self.assert_only(self.problems(sim__new_cpp="auto n = 50'890;\n// it's\n#include <Eigen/Dense>"),
                         "src/sim/new.cpp:3: fence: ")

    def test_exit_status(self):
        with tempfile.TemporaryDirectory() as root, contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(check_includes.main([root]), 2)
            Path(root, "src", "sim").mkdir(parents=True)
            self.assertEqual(check_includes.main([root]), 0)
            Path(root, "src", "sim", "utils.hpp").touch()
            self.assertEqual(check_includes.main([root]), 1)
            self.assertIn("src/sim/utils.hpp", out.getvalue())


if __name__ == "__main__":
    unittest.main()
