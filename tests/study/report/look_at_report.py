#!/usr/bin/env python3
"""Looks at a report as a reader does, in headless Chromium.

    look_at_report.py REPORT.html [--seconds S] [--screenshots DIR]

Exits 0 when all is well, 1 with one line a complaint, and 77 when there is no Chromium. --seconds: the page may take so much
of a processor's time until it is usable. What other programs take of the machine does not count.
"""

import argparse
import os
import sys

from browser import Browser, find_browser


class Look:
    def __init__(self, browser):
        self.browser = browser
        self.problems = []

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def count(self, selector):
        return self.browser.value(f"document.querySelectorAll({selector!r}).length")

    def loads(self, report, seconds):
        self.browser.open(report)
        ready = self.browser.value("document.documentElement.dataset.ready")
        self.expect(ready is not None, "the script did not come to its end")
        if ready is not None and seconds:
            spent = self.browser.processor_seconds()
            print(f"usable after {int(ready)} ms, {1000 * spent:.0f} ms of a processor")
            self.expect(0.0 < spent <= seconds, f"takes {spent:.3f} s of a processor until it is usable")
        loaded = [address for address in self.browser.requests if not address.startswith(("file://" + os.path.abspath(report), "data:image/png"))]
        self.expect(not loaded, f"asks for {loaded}")

    def draws_its_charts(self):
        charts = self.count("figure.chart")
        self.expect(charts > 0, "has no chart")
        drawn = self.browser.value(
            "[...document.querySelectorAll('figure.chart canvas')].filter(c => c.width > 0 && "
            "c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(x => x)).length")
        self.expect(drawn == charts, f"{drawn} of {charts} charts are drawn")
        self.expect(not self.browser.value(
            "[...document.querySelectorAll('figure.chart > svg')].some(s => s.getBoundingClientRect().width)"),
            "charts show twice")

    def follows_links(self):
        for place in range(1, self.count("nav a") + 1):
            link = f"nav a:nth-of-type({place})"
            self.browser.click(link)
            target = self.browser.value(f"document.querySelector({link!r}).hash")
            self.expect(self.browser.value("location.hash") == target, f"the link {target} does not work")
            self.expect(self.count(target) == 1, f"there is no section {target}")

    def opens_details(self):
        for number in range(min(self.count("main > section > details"), 6)):
            self.browser.value(f"document.querySelectorAll('main > section > details')[{number}].id = 'opened-{number}'")
            self.browser.click(f"#opened-{number} > summary")
            self.expect(self.browser.value(f"document.getElementById('opened-{number}').open"), f"details {number} do not open")

    def sorts_tables(self):
        self.browser.value("document.querySelectorAll('details').forEach(d => d.open = false)")
        table = self.browser.value(
            "(() => { const t = document.querySelector('section > details .sortable, section > .table > .sortable'); t.id = 'sorted'; "
            "for (let e = t; e; e = e.parentElement) { if (e.tagName === 'DETAILS') { e.open = true; } } return t.id; })()")
        head = f"#{table} th:nth-of-type(2)"
        shown = f"[...document.querySelectorAll('#{table} tbody td:nth-of-type(2)')].map(c => parseFloat(c.textContent))"
        self.browser.click(head)
        values = self.browser.value(shown)
        self.expect(values == sorted(values), "a click on a head does not sort")
        self.browser.click(head)
        self.expect(self.browser.value(shown) == sorted(values, reverse=True), "a second click does not sort the other way")

    def tells_cells(self):
        for grid in ("#timeline", "#contribution-map", "#client-accuracy"):
            if self.count(grid) == 0:
                continue
            self.browser.point_at(f"{grid} .cells", 0.02, 0.02)
            tip = self.browser.value("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent")
            self.expect(", round " in tip and ": " in tip, f"{grid} says {tip!r} of its first cell")

    def chooses_a_round(self):
        if self.count("#confusion-matrix input") == 0:
            return
        shown = "[document.querySelector('#confusion-matrix .round').textContent, document.querySelector('#confusion-matrix .cells').outerHTML]"
        choose = "(n => { const i = document.querySelector('#confusion-matrix input'); i.value = n; i.dispatchEvent(new Event('input')); })"
        last, cells = self.browser.value(shown)
        self.browser.value(f"{choose}(0)")
        first, others = self.browser.value(shown)
        self.expect(first != last and cells != others, f"the matrix of round {first} is that of round {last}")
        self.browser.value(f"{choose}(document.querySelector('#confusion-matrix input').max)")
        self.expect(self.browser.value(shown) == [last, cells], "the last matrix does not come back")
        self.browser.point_at("#confusion-matrix .cells rect")
        tip = self.browser.value("document.getElementById('tip').textContent")
        self.expect(tip.startswith("label ") and " samples, " in tip, f"a cell of the matrix says {tip!r}")

    def changes_its_colours(self):
        paper = "getComputedStyle(document.body).backgroundColor"
        before = self.browser.value(paper)
        self.browser.click("#theme")
        self.expect(self.browser.value(paper) != before, "the button does not change the colours")
        self.draws_its_charts()
        self.browser.click("#theme")
        self.expect(self.browser.value(paper) == before, "the button does not change the colours back")

    def fits(self, width):
        self.browser.look(width=width)
        self.expect(self.browser.value("document.documentElement.scrollWidth") <= width, f"is wider than {width} pixels")

    def prints(self, folder):
        self.browser.look(media="print")
        self.expect(self.browser.value("[...document.querySelectorAll('figure.chart > svg')].every(s => s.getBoundingClientRect().width)"),
                    "charts do not print")
        self.browser.screenshot(os.path.join(folder, "print.png"), whole=True)
        self.browser.pdf(os.path.join(folder, "print.pdf"))

    def reads_without_scripts(self, report, folder):
        self.browser.look(scripts=False)
        self.browser.open(report)
        self.expect(self.browser.value("document.documentElement.dataset.ready ?? null") is None, "scripts run")
        self.expect(self.browser.value("[...document.querySelectorAll('figure > svg')].every(s => s.getBoundingClientRect().width)"),
                    "charts do not show without scripts")
        self.browser.screenshot(os.path.join(folder, "without-scripts.png"), whole=True)


def look_at(report, seconds, folder):
    with Browser(find_browser()) as browser:
        look = Look(browser)
        browser.look()
        look.loads(report, seconds)
        look.draws_its_charts()
        browser.screenshot(os.path.join(folder, "light.png"), whole=True)
        look.follows_links()
        look.opens_details()
        look.sorts_tables()
        look.tells_cells()
        look.chooses_a_round()
        look.changes_its_colours()
        browser.look(dark=True)
        browser.screenshot(os.path.join(folder, "dark.png"), whole=True)
        look.fits(1280)
        look.fits(390)
        browser.screenshot(os.path.join(folder, "narrow.png"), whole=True)
        look.prints(folder)
        look.reads_without_scripts(report, folder)
        return look.problems + browser.complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("report")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--screenshots", default=".")
    arguments = parser.parse_args()
    if find_browser() is None:
        print("there is no Chromium")
        return 77
    problems = look_at(arguments.report, arguments.seconds, arguments.screenshots)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
