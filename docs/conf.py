# How Sphinx makes a site of the pages: scripts/docs. The pages are Markdown that also reads on its own, so the source is the whole
# repository, and links between pages are paths. Notebooks are carried out while the site is built.
from pathlib import Path

project = "mlaasim"
author = "the authors of mlaasim"
copyright = "the authors of mlaasim"
release = next(line.split()[1] for line in (Path(__file__).parents[1] / "CITATION.cff").read_text().splitlines()
               if line.startswith("version:"))

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "docs/notebooks/*.ipynb", "bench/README.md", "slurm/README.md", "data/README.md", "tests/golden/README.md"]
extensions = ["myst_parser", "nbsphinx"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a page may begin below its first level
nbsphinx_execute = "always"
nbsphinx_timeout = 120

html_theme = "furo"
html_title = "mlaasim"
html_show_sourcelink = False
html_additional_pages = {"index": "first-page.html"}
html_static_path = ["_static"]
html_css_files = ["tables.css"]
templates_path = ["_templates"]
