"""The site of docs/: it is made without a warning, every page and notebook is in it, and its links lead somewhere."""

import html.parser
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from needs import skip_without  # noqa: E402
from python_with import continue_with, needs_modules  # noqa: E402

SOURCE, PROGRAM = Path(sys.argv[1]), Path(sys.argv[2])
MODULES = ("sphinx", "myst_parser", "nbsphinx", "furo", "ipykernel", "pandas", "h5py", "matplotlib")


class Page(html.parser.HTMLParser):
    """What a page links to, and the places in it that links may name."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places.add(values.get("id"))
        self.links += [values[name] for name in ("href", "src") if values.get(name)]


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        needs_modules("python", *MODULES)
        if shutil.which("pandoc") is None:
            skip_without("python", "there is no pandoc")
        folder = Path(tempfile.mkdtemp(prefix="mlaasim-site-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.site = folder / "site"
        # Without what others may lay beside the sources.
        environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "MLAASIM_DATA": "",
                       "MLAASIM_CACHE": str(folder / "cache"), "TMPDIR": str(folder)}
        cls.built = subprocess.run(
            [sys.executable, "-B", "-m", "sphinx", "-q", "-W", "--keep-going", "-d", folder / "doctrees", "-c", SOURCE / "docs", SOURCE, cls.site],
            capture_output=True, text=True, check=False, env=environment)

    def test_there_is_no_warning(self):
        self.assertEqual(self.built.returncode, 0, self.built.stderr[-4000:])

    def test_every_page_and_notebook_is_there(self):
        sources = [*(SOURCE / "docs").rglob("*.md"), *(SOURCE / "docs/notebooks").glob("*.ipynb"), *SOURCE.glob("*.md")]
        self.assertGreater(len(sources), 20)
        for source in sources:
            page = self.site / source.relative_to(SOURCE).with_suffix(".html")
            self.assertTrue(page.exists(), page)

    def test_notebooks_were_carried_out(self):
        for notebook in (SOURCE / "docs/notebooks").glob("*.ipynb"):
            page = (self.site / notebook.relative_to(SOURCE).with_suffix(".html")).read_text(encoding="utf-8")
            self.assertRegex(page, r'src="[^"]*_images/[^"]+\.png"')

    def test_notebooks_lie_in_the_repository_without_results(self):
        import json
        for notebook in (SOURCE / "docs/notebooks").glob("*.ipynb"):
            for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
                self.assertFalse(cell.get("outputs"), notebook)
                self.assertIsNone(cell.get("execution_count"), notebook)

    def test_links_lead_somewhere(self):
        pages = {path: Page(path.read_text(encoding="utf-8")) for path in self.site.rglob("*.html")}
        for path, page in pages.items():
            for link in page.links:
                parts = urlsplit(link)
                if parts.scheme or link.startswith("//"):
                    continue
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                self.assertTrue(target.exists(), f"{path.relative_to(self.site)} links to {link}")
                if parts.fragment and target.suffix == ".html":
                    self.assertIn(unquote(parts.fragment), pages[target].places, f"{path.relative_to(self.site)} links to {link}")


if __name__ == "__main__":
    continue_with(*MODULES)
    unittest.main(argv=sys.argv[:1])
