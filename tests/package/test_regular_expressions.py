"""Every regular expression takes time linear in the length of its text, whatever the text is.

recheck proves this for each pattern of `generator/` and of the scripts by analyzing an automaton; patterns
with look-around it attacks instead, by fuzzing with a limited number of steps. Patterns found safe are kept
in `proven_patterns.json`, since some take a minute; the test itself checks all others. The few that recheck
can't judge are listed in `BOUNDED`, each with what bounds the length of its text.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import regular_expressions

from generator.model.samples import hints, scalars

PROVEN = Path(__file__).parent / "proven_patterns.json"
#: File and pattern → why texts are too short for it to matter, or why it doesn't backtrack although the
#: analysis doesn't finish. Each pattern is listed in full, so that an entry allows no other pattern.
BOUNDED: dict[tuple[str, str], str] = {
    (
        "generator/model/security/signatures.py",
        "[/.]([a-z][a-z0-9-]{0,40})(?:\\.([a-z]{2}(?:-[a-z]{2,12}){1,3}-\\d))?\\.amazonaws\\.com(?:\\.cn)?(?=[/:]|$)",
    ): "names of hosts, each part of 63 characters at most",
    (
        "generator/model/presentation/titles.py",
        "(?:^\\d+|(?:^|[\\s(])(?:[A-Z]|(?:\\w\\.)+\\w|(?i:approx|cf|eg|ie|incl|no|p|resp|v|vs)))\\.$",
    ): "the words before a full stop, of a summary of 5,000 characters at most",
    (
        "generator/model/media/xml.py",
        "\ufffe([^\uffff]*)\uffff",
    ): "characters that no text has, written in pairs",
    (
        "generator/reading/references/remote.py",
        "([A-Za-z][A-Za-z0-9+.-]{1,30}):/+([^/?#]*)([^?#]*)(\\?[^#]*)?",
    ): "a scheme of 31 characters at most",
    ("generator/auth/token.py", "(?!-)[a-z0-9-]{1,63}(?<!-)"): "a label of 63 characters at most",
    (
        "generator/changes/bodies.py",
        "(?<!\\s)\\s*;\\s*charset=[^;]*",
    ): "a media type of 1,000 characters at most",
    (
        "generator/model/expressions.py",
        "\\$(?:(?P<whole>url|method|statusCode)|(?P<message>request|response)\\.(?:header\\.(?P<header>[!#$%&'*+\\-.^_`|~0-9A-Za-z]+)|query\\.(?P<query>.+)|path\\.(?P<path>.+)|(?P<body>body)(?:#(?P<pointer>(?:/(?:[^~/]|~[01])*)*))?))",
    ): "parts that begin with words of their own",
    (
        "generator/model/schemas/patterns.py",
        "\\(\\?=(?:[^()\\\\\\[]|\\\\.|\\[(?:\\\\.|[^\\]\\\\])*\\]|\\([^()]*\\))*\\)",
    ): "a description's own pattern of 4,000 characters at most",
    (
        "generator/model/schemas/patterns.py",
        "\\\\p\\{\\^?([^}]{0,64})\\}|\\\\u([0-9a-fA-F]{4})|\\(\\?<(?![=!])|\\\\.|\\[|\\]",
    ): "a description's own pattern of 4,000 characters at most",
    (
        "generator/model/samples/scalars.py",
        '(?:\\be\\.g\\.|\\bfor example|\\bexamples?:|\\bsuch as)[,:]? ?(?:`([^`<>{}\\n]{1,60})`|\\"([^\\"<>{}\\n]{1,60})\\")',  # noqa: E501
    ): "a quoted word of 60 characters at most",
    ("generator/model/servers.py", "(?<!\\{)\\{+([^{}]*)\\}+"): "an address of 8,000 characters at most",
    (
        "generator/escaping/printable.py",
        "^(?P<space>\\s*):(?=:)|#(?=#[A-Za-z]*\\[)",
    ): "letters after two number signs, looked at once",
    (
        "generator/reading/source/parsing.py",
        '"(?:[^"\\\\]|\\\\.)*"|[{}\\[\\]:,]',
    ): "valid JSON, where every string is closed",
    (
        "generator/escaping/markup/commonmark.py",
        "\\n(?=[ \\t]*\\n)",
    ): "spaces after a line end, looked at once",
    (
        "generator/targets/postman/scripts/documented_responses.py",
        "\\n[ \\t]*(?=\\n|[-*+] |[#|>`]|\\d+[.)] )",
    ): "spaces after a line end, looked at once",
    (
        "generator/targets/postman/scripts/documented_responses.py",
        "(?<![.]\\w)[.!?](?=\\s+[^\\sa-z])",
    ): "spaces after a full stop, looked at once",
    (
        "generator/targets/postman/v3/file_names.py",
        "(?:con|prn|aux|nul|conin\\$|conout\\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\\.|$))",
    ): "a name of 5,000 characters at most",
    (
        "generator/targets/postman/v3/file_names.py",
        "(without )?(\\S+?)((?(1)(?=[\\s,]|$)|: ).*)",
    ): "a name of 5,000 characters at most",
    (
        "generator/targets/postman/v3/file_names.py",
        "(?<!\\S)(\\S{12})\\S{8,}",
    ): "a name of 5,000 characters at most",
    (
        "generator/escaping/markup/tags.py",
        "</?(?:p|ul|ol|li|blockquote|table|tr|th|td|pre|br|hr|a|img|code|sub|sup|s|h1|h2|h3|h4|h5|h6|summary|dt|caption|fullname|div|section|article|aside|center|details|dl|thead|tbody|tfoot|note|important|b|strong|i|em|var|cite|del|strike|tt|kbd|samp|span|font|u|small|big|dd)(?:\\s[^<>]*)?/?>",
    ): "a tag, which ends before the next bracket",
    (
        "generator/escaping/markup/html_text.py",
        "^((?:> ?)+)\\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\][ \\t]*$",
    ): "marks at the beginning of a line, looked at once",
    (
        "generator/targets/shared/multiparts.py",
        ';[ \\t]*boundary="?([^\\s";]+)',
    ): "a media type of 1,000 characters at most",
    (
        "generator/escaping/yaml_writer.py",
        "~|=|<<|y|n|yes|no|on|off|true|false|null|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?\\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?0(?:b[01_]+|o[0-7_]+|x[0-9a-f_]+)|[-+]?\\.(?:inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \\t]+)[0-9].*)?",  # noqa: E501
    ): "forms of numbers, which differ from their first characters on",
    ("templates/docs/site.js", "\\/+$"): "what a reader types, in the reader's own browser",
    (
        "templates/scripts/kept-values.js.j2",
        '"(?:[^"\\\\]|\\\\.)*"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
    ): "what JSON.parse took, where every string is closed",
    ("templates/scripts/response-checks.js.j2", "\\/.*\\+"): "a media type of 1,000 characters at most",
    (
        "templates/scripts/json-text.js.j2",
        '"((?:[^"\\\\]|\\\\.)*)"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
    ): "what JSON.parse took, where every string is closed",
    (
        "templates/scripts/next-page.js.j2",
        '\\brel="?[^";,]*\\bnext\\b',
    ): "a header, of which Node.js takes 16 KiB at most",
}
#: Modules whose texts are cut short before any expression is applied to them. (recheck can't judge some.)
BOUNDED_FILES = {
    "generator/model/samples/hints.py": "the beginning of a description, see `plausible.LONGEST_DESCRIPTION`"
}
#: Calls whose pattern is built at run time, and why that is safe.
BUILT = {
    (
        "generator/auth/profiles.py",
        "'(?<!\\\\{)\\\\{(' + '|'.join(map(re.escape, self.placeholders)) + ')\\\\}(?!\\\\})'",
    ): "the names of placeholders, constants without any repetition",
    (
        "generator/auth/profiles.py",
        "b'\\\\{(?:' + b'|'.join((re.escape(name.encode()) for name in self.placeholders)) + b')\\\\}'",
    ): "the names of placeholders, constants without any repetition",
    ("generator/reading/source/yaml_loader.py", "pattern"): "each is a constant of the table above the call",
}
BUILT_IN_SCRIPTS = {"templates/docs/site.js": "a reader's own words, escaped, in the reader's own browser"}


def expressions() -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Every expression with an unbounded repetition: file, pattern, and the source and flags for recheck."""
    for found in regular_expressions.of_python()[0]:
        if regular_expressions.repeats(found.pattern, found.flags):
            for mode in sorted(found.modes):
                try:
                    written = regular_expressions.written(found.pattern, found.flags, mode)
                except regular_expressions.UnwritableError as error:
                    written = (f"(unwritable: {error}) {found.pattern!r}", "")
                yield found.file, str(found.pattern), written
    for each in regular_expressions.of_javascript()[0]:
        yield each["file"], each["source"], (each["source"], each["flags"])


def _is_bounded(file: str, pattern: str) -> bool:
    return (file, pattern) in BOUNDED or file in BOUNDED_FILES


def _key(expression: tuple[str, str]) -> str:
    return f"/{expression[0]}/{expression[1]}"


def test_every_regular_expression_is_proven_to_take_linear_time():
    proven = set(json.loads(PROVEN.read_text()))
    left = {e: (f, p) for f, p, e in expressions() if _key(e) not in proven and not _is_bounded(f, p)}
    judged = zip(left, regular_expressions.judged(list(left)), strict=True)
    failed = [
        (*left[expression], judgement) for expression, judgement in judged if judgement["status"] != "safe"
    ]
    assert failed == []


def test_a_pattern_that_backtracks_is_found():
    exponential, quadratic, linear = regular_expressions.judged(
        [("^(a+)+$", ""), (r"\s+$", ""), ("^[a-z]+$", "")]
    )
    assert exponential["complexity"] == "exponential"
    assert quadratic["status"] == "vulnerable"
    assert linear["status"] == "safe"


def test_patterns_are_found_wherever_they_are():
    found, built = regular_expressions.of_python()
    assert len(found) > 150
    assert {(each.file, each.source) for each in built} == set(BUILT)
    scripts, made = regular_expressions.of_javascript()
    assert len(scripts) > 40
    assert {each["file"] for each in made} == set(BUILT_IN_SCRIPTS)


@pytest.mark.parametrize(
    "unit", ["a ", "a", " ", "`", "`a", "-", "a/", "one of ", "ISO 3166 ", "3.", "x_. ", "unix a"]
)
def test_the_longest_hostile_description_is_read_quickly(unit):
    text = (unit * scalars.LONGEST_DESCRIPTION)[: scalars.LONGEST_DESCRIPTION - 1] + "!"
    begin = time.process_time()
    list(hints.said(text, ("value",)))
    list(hints.said_numbers(text, ("value",)))
    list(hints.said_of_unknown(text))
    hints.is_id(text, ("value",))
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("pattern", "mode", "expected"),
    [
        ("(?P<a>x+?)[^b-d]", "search", r"((?:x){1,}?)[^b-d]"),
        (r"\d{2,3}", "fullmatch", r"^(?:(?:[\d]){2,3})$"),
        ("a|b", "match", "^(?:[ab])"),
        ("x{5000}", "search", "(?:x){1,}"),
    ],
)
def test_a_python_pattern_is_converted_for_the_analysis(pattern, mode, expected):
    assert regular_expressions.written(pattern, 0, mode)[0] == expected


if __name__ == "__main__":  # writes `proven_patterns.json` again
    every = sorted({expression for _, _, expression in expressions()})
    safe: list[str] = []
    for first in range(0, len(every), 8):
        part = every[first : first + 8]
        judgements = zip(part, regular_expressions.judged(part), strict=True)
        safe += [_key(expression) for expression, judgement in judgements if judgement["status"] == "safe"]
        PROVEN.write_text(json.dumps(sorted(safe), indent=1, ensure_ascii=True) + "\n")
        print(first, [_key(e) for e in part if _key(e) not in safe], flush=True)
