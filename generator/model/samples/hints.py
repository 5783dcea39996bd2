"""Hints about values in the text of descriptions: an example, a standard, an ID, a cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.model.samples.vocabulary import BASE64, DATE, EMAIL, TIME, URL, UUID
from generator.model.samples.words import fold, singular

#: An example in the middle of a description.
_FOR_EXAMPLE = re.compile(
    r"(?:\be\.g\.|\bfor example|\bexamples?:|\bsuch as)[,:]? ?"
    r"(?:`([^`<>{}\n]{1,60})`|\"([^\"<>{}\n]{1,60})\")",
    re.IGNORECASE,
)
#: The first of the values that a description lists as the only ones.
_ONE_OF = re.compile(
    r"\b(?:(?:one|any) of|either|(?:possible|valid|allowed|accepted|supported|available|permitted) "
    r"(?:values?|options?|entries|types?)(?: are| is| include)?|values?:|can be|must be)"
    r"(?: the following(?: values?)?)?(?: ?[:\-] ?| )"
    r"(?:`([\w.+-]{1,40})`|\"([\w.+-]{1,40})\"|'([\w.+-]{1,40})'|<code>([\w.+-]{1,40})</code>)"
    r"(?=,| ?\||\.? *$|\.\s|;| or\b| and\b| \()"
    r"|\bone of: ?([\w.+-]{2,40})(?=,| or\b)",
    re.IGNORECASE,
)
#: Standards that descriptions mention, with a value for each.
_STANDARDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"YYYY-MM-DD(?!T|[ T]?hh)", re.IGNORECASE), DATE),
    (re.compile(r"\b(?:ISO.?8601|RFC.?3339)\b", re.IGNORECASE), TIME),
    (re.compile(r"\bISO.?4217\b", re.IGNORECASE), "USD"),
    (re.compile(r"\bISO.?3166(?:-1)?\b.{0,20}alpha.?3|3.letter (?:ISO )?country", re.IGNORECASE), "USA"),
    (re.compile(r"\bISO.?3166(?:-1)?\b(?!-)", re.IGNORECASE), "US"),
    (re.compile(r"\bISO.?639\b", re.IGNORECASE), "en"),
    (re.compile(r"\b(?:UUID|GUID)\b", re.IGNORECASE), UUID),
    (re.compile(r"\bbase.?64\b", re.IGNORECASE), BASE64),
    (re.compile(r"\bE\.164\b", re.IGNORECASE), "+15550100"),
)
#: At most four words before the subject of a description. Possessive, so that punctuation costs no time.
_BEGIN = (
    r"^\W*+(?:(?!(?:or|and|name|email|with|if|whether|that|which|when|by|returns?)\b)[\w'/-]+[\s`*.:]+){0,4}?"
)
#: The beginning of a description of an ID, or a phrase about one inside it: ``The ID of the customer.``
_ID = re.compile(
    _BEGIN + r"`?(?:IDs?|identifiers?)\b`?(?!\s+(?:number|card|code|token|type|name|provider|document|or\b))"
    r"|\b(?:is|be) (?:an?|the) (?:object |unique |resource )?(?:ID|identifier)\b"
    r"|\b(?:with|by|specified)\s(?:this|that|the given|the specified)\s(?:[a-z]{1,20}\s)?ID\b",
    re.IGNORECASE,
)
#: Two phrases that name what an ID belongs to: ``the payout ID``, ``ID of the payout``.
_ID_AFTER = re.compile(r"[\s_-]IDs?\b", re.IGNORECASE)
_ID_OF = re.compile(
    r"\b(?:IDs?|identifiers?) of (?:(?:an?|the|this|that|an existing|existing) )?", re.IGNORECASE
)
#: The characters around such a phrase that may be the name.
_AROUND = 60
_CURSOR = re.compile(
    r"\b(?:(?<!read )(?<!mouse )cursors?|(?:next|page|pagination|paging|continuation)[ -]?tokens?)\b",
    re.IGNORECASE,
)
#: Last words of names that say more about a value than a description that mentions an ID.
_SURE = frozenset(
    "email url uri href link website name username login password secret token key phone fax date time code "
    "number slug sku hash sha md5 ip host hostname domain port filename path version type cidr "
    "block".split()
)
#: Last words of names that may mean anything, so that the beginning of the description decides.
_VAGUE = frozenset(
    "from to next previous prev first last self before after since until start end address value".split()
)
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(_BEGIN + r"(?:e-?mail(?: address(?:es)?)?\b)", re.IGNORECASE), EMAIL),
    (re.compile(_BEGIN + r"(?:IP(?:v4)? address\b)", re.IGNORECASE), "192.0.2.10"),
    (re.compile(_BEGIN + r"(?:(?:tele)?phone numbers?\b)", re.IGNORECASE), "+1-555-0100"),
    (re.compile(_BEGIN + r"(?:(?:URLs?|URIs?|links?)\b)", re.IGNORECASE), URL),
    (
        re.compile(
            _BEGIN + r"(?:(?:timestamps?|date[- ]?time|date and time|start time|end time)\b)", re.IGNORECASE
        ),
        TIME,
    ),
    (re.compile(_BEGIN + r"(?:(?:start |end )?dates?\b)", re.IGNORECASE), DATE),
    (re.compile(_BEGIN + r"(?:country code\b)", re.IGNORECASE), "US"),
    (re.compile(_BEGIN + r"(?:currency(?: code)?\b)", re.IGNORECASE), "USD"),
    (re.compile(_BEGIN + r"(?:JSONP\b)", re.IGNORECASE), "callback"),
)
#: Descriptions of booleans that are strings: ``true or false``, ``When **true**, …``.
_YES = re.compile(r"^\W{0,9}(?:when |if |set to )?\W{0,9}true\b", re.IGNORECASE)
#: A phrase about a duration, not a point in time.
_SPAN = re.compile(r"\bin (?:milli)?seconds\b", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:person|user|member|author|contact|customer|guest|first and last)\b", re.IGNORECASE
)
_NUMBERS: tuple[tuple[re.Pattern[str], int], ...] = (
    (
        re.compile(
            r"\b(?:unix|epoch)\b.{0,40}\b(?:ms|millis\w*)\b|\bmillis\w*(?: \w+)? since\b", re.IGNORECASE
        ),
        1768469400000,
    ),
    (re.compile(r"\bunix\b|\bepoch\b|\bseconds since\b", re.IGNORECASE), 1768469400),
    (re.compile(r"^\W*+(?:\w+\W+){0,2}HTTP (?:response )?status\b", re.IGNORECASE), 200),
)


def said(description: str, words: tuple[str, ...]) -> Iterator[str]:
    """Values that a description suggests for a string whose name consists of ``words``.

    First comes an example that it gives, then a value that it lists, a standard that it mentions, and the
    kind of value that it is about.
    """
    if not description:
        return
    example, listed = _FOR_EXAMPLE.search(description), _ONE_OF.search(description)
    if example and _is_a_value(_named(example)):
        yield _named(example)
    if listed:
        # Values that are listed after the mention of an ID belong to something else.
        before = _ID.search(description) if words[-1] not in _SURE else None
        if before and before.end() < listed.start():
            yield UUID
        yield _named(listed)
    if _YES.search(description):
        yield "true"
    if words[-1] in ("duration", "timeout") and _SPAN.search(description):
        yield "60"
    yield from (value for standard, value in _STANDARDS if standard.search(description))
    last = words[-1]
    if last in _VAGUE or words in (("date",), ("callback",)):
        yield from _kinds(description)
    if is_id(description, words):
        yield UUID
    if _CURSOR.search(description) and last not in _SURE - {"token", "key"}:
        yield BASE64
    if words[-2:] == ("display", "name") and _PERSON.search(description):
        yield "David Smith"


def _named(found: re.Match[str]) -> str:
    """The value that a pattern matched, without quotes around it."""
    return next(group for group in found.groups() if group).strip().strip('"')


def _is_a_value(word: str) -> bool:
    """Whether an example is a value itself, not a wildcard, a list or the format of a date."""
    return any(map(str.isalnum, word)) and "YYYY" not in word and not word.startswith("[")


def said_of_unknown(description: str) -> Iterator[str]:
    """Values for a string whose name says nothing, by the beginning of its description."""
    return _kinds(description) if description else iter(())


def is_id(description: str, words: tuple[str, ...]) -> bool:
    """Whether a description is about an ID, and the last word of the name is not one about something else."""
    if words[-1] in _SURE:
        return False
    return _ID.search(description) is not None or _is_id_of(description, "".join(words))


def _is_id_of(description: str, name: str) -> bool:
    """Whether a description is about the ID of something called ``name``, which is folded."""
    one = singular(name)
    return any(
        fold(description[max(found.start() - _AROUND, 0) : found.start()]).endswith((name, one))
        for found in _ID_AFTER.finditer(description)
    ) or any(
        fold(description[found.end() : found.end() + _AROUND]).startswith(one)
        for found in _ID_OF.finditer(description)
    )


def said_numbers(description: str, words: tuple[str, ...]) -> Iterator[Any]:
    """Numbers that a description suggests."""
    if not description:
        return
    yield from (value for standard, value in _NUMBERS if standard.search(description))
    if words[-1] == "time" and _SPAN.search(description):
        yield 60
    if words[-1] != "id" and is_id(description, words):
        yield 1


def _kinds(description: str) -> Iterator[str]:
    return (value for begins, value in _KINDS if begins.search(description))
