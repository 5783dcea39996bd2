"""Check the embedded description of Privacy Service against its sources: the publisher's file and facts."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from generator.errors import CallsheetError, Place, Problem, only_documented
from generator.reading import load_document
from sources import differences, facts, surface

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"
HOW = """\
The publisher's description was not compared. Get it, and name it:
  git clone --depth 1 https://github.com/AdobeDocs/experience-platform-apis
  make sources PUBLISHED=experience-platform-apis/static/swagger-specs/privacy-service.yaml
"""
T = TypeVar("T")


class Explanations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The intended differences: from the publisher's file, and from that file with our overlay applied."""

    published: tuple[differences.Explained, ...]
    overlaid: tuple[differences.Explained, ...]


def main(arguments: list[str] | None = None) -> int:
    """Print how many differences each source explains, or each of them with ``--all``; return the exit code.

    Problems are always listed. The exit code is 1 if a difference is unexplained, an explanation is outdated
    or a fact is wrong, and 2 if a file can't be read.
    """
    parser = argparse.ArgumentParser(prog="make sources", description=__doc__)
    parser.add_argument("--published", type=Path, help="the publisher's description")
    parser.add_argument("--embedded", type=Path, default=SPECS / "privacy-service.yaml")
    parser.add_argument("--overlay", type=Path, default=SPECS / "overlays" / "privacy-service.yaml")
    parser.add_argument("--facts", type=Path, default=HERE / "facts.yaml")
    parser.add_argument("--differences", type=Path, default=HERE / "differences.yaml")
    parser.add_argument("--all", action="store_true", help="list the differences that are on purpose too")
    given = parser.parse_args(arguments)
    try:
        with only_documented(str(given.published or given.embedded)):
            return _check(given)
    except CallsheetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _check(given: argparse.Namespace) -> int:
    known = _read(given.facts, facts.Facts)
    on_purpose = _read(given.differences, Explanations)
    _refuse_unknown_sources(known, on_purpose, given.facts)
    surfaces = {"embedded": surface.of(load_document(given.embedded))}
    failures = 0
    if given.published:
        surfaces["overlaid"] = surface.of(load_document(given.published, [given.overlay]))
        published = surface.of(load_document(given.published))
        for name, other, explanations in (
            ("published", published, on_purpose.published),
            ("overlaid", surfaces["overlaid"], on_purpose.overlaid),
        ):
            found = differences.compare(surfaces["embedded"], other, "embedded", name)
            failures += _report(name, differences.explain(found, explanations), known, is_whole=given.all)
    failures += _report_facts(known, surfaces)
    if not given.published:
        print(f"\n{HOW}")
    elif not given.all:
        print("\nTo list each difference with its reason: make sources ALL=1 PUBLISHED=FILE")
    print(f"{failures or 'No'} problem{'' if failures == 1 else 's'}.")
    return 1 if failures else 0


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(yaml.safe_load(path.read_text()), kind)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise CallsheetError(Problem(Place(str(path)), str(error))) from None


def _refuse_unknown_sources(known: facts.Facts, on_purpose: Explanations, facts_file: Path) -> None:
    named = [*known.facts, *on_purpose.published, *on_purpose.overlaid]
    unknown = sorted({each.source for each in named} - set(known.sources))
    if unknown:
        what = f"No source is called {', '.join(unknown)}."
        raise CallsheetError(Problem(Place(str(facts_file)), what, "Add it to the sources of this file."))


def _report(name: str, outcome: differences.Outcome, known: facts.Facts, *, is_whole: bool) -> int:
    total = sum(len(lines) for _, lines in outcome.explained)
    print(f"The embedded description beside the {name} one: {total} differences on purpose.")
    if is_whole:
        _list(outcome, known)
    else:
        _count(outcome, known)
    for line in outcome.unexplained:
        print(f"  UNEXPLAINED {line}")
    for line in outcome.outdated:
        print(f"  OUTDATED {line}")
    print()
    return len(outcome.unexplained) + len(outcome.outdated)


def _list(outcome: differences.Outcome, known: facts.Facts) -> None:
    """Print every intended difference with its reason and source."""
    for explained, lines in outcome.explained:
        for line in lines if explained.times is None else explained.differences:
            print(f"  {line}")
        count = f"{explained.times} differences. " if (explained.times or 1) > 1 else ""
        print(f"    {count}{' '.join(explained.reason.split())} ({known.sources[explained.source].title})")


def _count(outcome: differences.Outcome, known: facts.Facts) -> None:
    """Print the number of differences that each source explains, the largest first."""
    counts: Counter[str] = Counter()
    for explained, lines in outcome.explained:
        counts[known.sources[explained.source].title] += len(lines)
    for title, count in counts.most_common():
        print(f"  {count:>4}  {title}")


def _report_facts(known: facts.Facts, surfaces: dict[str, surface.Surface]) -> int:
    wrong = 0
    for name, each in surfaces.items():
        for fact, what in facts.contradictions(known.facts, each, name):
            wrong += 1
            print(f"  WRONG {fact.at}: {what} in the {name} description ({known.sources[fact.source].title})")
    print(f"{len(known.facts)} facts checked, from {len(known.sources)} sources:")
    for source in known.sources.values():
        print(f"  {source}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
