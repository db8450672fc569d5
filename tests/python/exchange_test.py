"""Data in and models out, as a user of NumPy and PyTorch does it: the code of docs/data.md and docs/models.md runs."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from python_with import continue_with, has, needs_modules  # noqa: E402
from needs import skip_without  # noqa: E402

SOURCE, PROGRAM = Path(sys.argv[1]), sys.argv[2]

SCENARIO = """name: own
rounds: 3
data: {{source: files, path: {path}}}
model: {model}
services: {{count: 4, partition: {{samples: 100}}}}
clients: {{count: 1, stream: 0}}
training: {{learning_rate: 0.02, epochs: 1}}
adaptation: {{every: 0, evidence: {{labels: 0}}}}
"""


def block_with(page, text):
    """The block of Python code of a page of docs/ that has this text."""
    blocks = re.findall(r"```python\n(.*?)```", (SOURCE / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    found = [block for block in blocks if text in block]
    assert len(found) == 1, f"{page} has {len(found)} blocks of Python with {text}"
    return found[0]


class Exchange(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs_modules("python", "numpy")
        cls.folder = Path(tempfile.mkdtemp(prefix="mlaasim-exchange-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.environment = {**os.environ, "MLAASIM_CACHE": str(cls.folder / "cache"), "MLAASIM_DATA": ""}
        cls.data = {}
        exec(compile(block_with("data.md", "savez_compressed"), "docs/data.md", "exec"),  # noqa: S102
             cls.in_folder(cls.data))

    @classmethod
    def in_folder(cls, names):
        """Files of code that is carried out lie in the folder of the test."""
        os.chdir(cls.folder)
        return names

    def mlaasim(self, *arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False,
                              cwd=self.folder, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def play(self, model, path="mine.npz"):
        """Plays the scenario. Returns the folder of its trace, and the accuracy of the last round in numbers of samples: the
        only client streams all test samples."""
        scenario = self.folder / "scenario.yaml"
        scenario.write_text(SCENARIO.format(model=model, path=path))
        self.mlaasim("check", scenario)
        output = self.folder / "out"
        self.mlaasim("run", scenario, "--output", output)
        rounds = list(csv.DictReader(io.StringIO(self.mlaasim("trace", "csv", output / "trace.h5", "rounds"))))
        samples = len(self.data["y_test"])
        return output, float(rounds[-1]["accuracy"]) * samples

    def compare(self, output, right, samples, labels):
        """The exported model answers as many samples right as the trace says. Rounding may tip a sample that two classes share."""
        from forward_pass import load, load_safetensors, logits
        self.mlaasim("model", "export", output, "--output", output / "model.npz")
        self.mlaasim("model", "export", output, "--output", output / "model.safetensors")
        arrays, about = load(output / "model.npz")
        others, other_about = load_safetensors(output / "model.safetensors")
        self.assertEqual(about, other_about)
        self.assertEqual(arrays.keys(), others.keys())
        for name, array in arrays.items():
            self.assertEqual(array.tobytes(), others[name].tobytes(), name)
            self.assertEqual(array.shape, others[name].shape)
        answers = logits(arrays, about, samples).argmax(axis=1)
        self.assertAlmostEqual((answers == labels).sum(), right, delta=1)
        # Better than chance (0.2) by far, so that a wrong model would not pass.
        self.assertGreater(right / len(labels), 0.3)
        return about

    def test_images_of_the_docs_train_every_model_of_images(self):
        for model in ("{kind: mlp}", "{kind: logistic}", "{kind: cnn, channels: [4, 8], hidden: [16]}"):
            with self.subTest(model):
                output, right = self.play(model)
                self.compare(output, right, self.data["x_test"], self.data["y_test"])

    def test_series_train_a_model_of_series(self):
        import numpy as np
        series = {name: self.data[name].reshape(-1, 28, 28)[:, :, None, :] if name.startswith("x") else self.data[name]
                  for name in ("x_train", "y_train", "x_test", "y_test")}
        np.savez("series.npz", **series)
        output, right = self.play("{kind: cnn1d, channels: [4], hidden: []}", "series.npz")
        about = self.compare(output, right, series["x_test"], series["y_test"])
        self.assertEqual(about["input"], [28, 1, 28])

    def test_a_folder_of_npy_files_is_the_same_data(self):
        import numpy as np
        (self.folder / "arrays").mkdir()
        for name in ("x_train", "y_train", "x_test", "y_test"):
            np.save(self.folder / "arrays" / name, self.data[name].astype("int32" if name == "y_test" else self.data[name].dtype))
        contents = []
        for path in ("mine.npz", "arrays"):
            output, _ = self.play("{kind: logistic}", path)
            contents.append(re.search(r"data +(files SHA-256 \w+)", self.mlaasim("trace", "info", output / "trace.h5"))[1])
        self.assertEqual(*contents)

    def test_pytorch_takes_the_model_as_the_docs_say(self):
        if not has(sys.executable, ["torch"]):
            skip_without("torch", "there is no PyTorch for this Python; NumPy evaluates the models instead")
        output, right = self.play("{kind: mlp}")
        printed = self.mlaasim("model", "export", output, "--output", "model.npz")
        code = block_with("models.md", "load_state_dict")
        self.assertIn(printed.splitlines()[1], code)
        names = {"images": self.data["x_test"][:, None]}
        exec(compile(code, "docs/models.md", "exec"), self.in_folder(names))  # noqa: S102
        self.assertAlmostEqual((names["answers"].numpy() == self.data["y_test"]).sum(), right, delta=1)


if __name__ == "__main__":
    continue_with("numpy", "torch")
    continue_with("numpy")
    unittest.main(argv=sys.argv[:1])
