"""The site: how long it takes to generate, and how soon its largest page is interactive in a browser.

python tests/benchmarks/site.py [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from running import GITHUB, callsheet, machine, measured, table

sys.path.append(str(Path(__file__).parent.parent))

from support.browsing import chromium, on_disk

PRIVACY_SERVICE = Path(__file__).parent.parent.parent / "specs" / "privacy-service.yaml"
#: Milliseconds from navigation until the page is loaded and idle.
_INTERACTIVE = "new Promise((done) => requestIdleCallback(() => done(performance.now())))"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="turns that count")
    runs = parser.parse_args().runs
    print(f"Medians of {runs} turns; {machine()}\n")
    print(table(figures(runs)))


def figures(runs: int) -> list[list[str]]:
    """A row for each description: time and memory to generate its site, number of pages, the largest page."""
    rows = [["", "made in", "pages", "largest page", "interactive after"]]
    for name, spec in (("Privacy Service, site", PRIVACY_SERVICE), ("GitHub, site", GITHUB)):
        with tempfile.TemporaryDirectory() as folder:
            command = callsheet("generate", spec, "-o", folder, "--target", "docs")
            costs = [measured(command) for _ in range(runs + 1)][1:]
            pages = sorted(Path(folder).glob("docs/*.html"), key=lambda page: page.stat().st_size)
            rows.append(
                [
                    name,
                    f"{statistics.median(c.wall for c in costs):.2f} s, "
                    f"{statistics.median(c.memory for c in costs):.0f} MiB",
                    f"{len(pages)}",
                    f"{pages[-1].stat().st_size / 1e6:.2f} MB",
                    f"{_interactive(pages[-1], runs):.2f} s",
                ]
            )
    return rows


def _interactive(page: Path, runs: int) -> float:
    """Seconds until a page is interactive, in a new tab each time."""
    address = on_disk(page.parent) + page.name
    found = []
    with chromium() as browser:
        for _ in range(runs + 1):
            tab = browser.new_page()
            tab.goto(address, wait_until="load")
            found.append(tab.evaluate(_INTERACTIVE))
            tab.close()
    return statistics.median(found[1:]) / 1000


if __name__ == "__main__":
    main()
