"""How much work one description may ask for.

A description of a few lines can ask for more than any machine has: a text of a billion characters, or objects
that contain each other ten levels deep. Everything that could grow faster than the description itself is
limited by a budget from this module. Budgets are counted in nodes and characters, never in seconds or bytes
of memory, so that every machine writes the same files. They depend on the size of the description alone, and
are spent in the order of the description, so that the choice of targets changes nothing.

A warning names each limit that cuts something short: see ``Limit``.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

#: Characters that count as much as one node.
CHARACTERS_OF_A_NODE = 16
#: The name of a property counts too if it has at least so many characters.
_LONG_NAME = 64
#: The longest text that is generated for a sample, in characters.
LONGEST_TEXT = 10_000
#: The most items, and the most properties with invented names, that are generated for one sample.
MOST_ITEMS = 1000
MOST_NAMES = 200
#: The most levels of nested schemas that one sample follows.
MOST_LEVELS = 200
#: Nodes that the samples of any description may have, and how many more for every `CHARACTERS_OF_A_NODE`
#: characters of the description.
_SAMPLES = 100_000
_SAMPLES_OF_A_NODE = 1
#: Up to so many operations may have variations of any size; if there are more, each gets a smaller share.
SHARED = 10
#: Nodes that are reserved for each operation: no other operation can spend them.
_SET_ASIDE = 500
#: Entries that all merged schemas of any description may have together, and how many more for each character
#: of the description.
_MERGED = 1_000_000
_MERGED_OF_A_CHARACTER = 2
#: The fewest entries that any one merged schema may take.
_LEAST_MERGED = 100
#: The most schemas that are combined for one property.
MOST_PARTS = 100
#: The most references in a chain, in which each leads to the next.
MOST_LINKS = 100
#: How many objects and lists a description may gain when references are replaced by their targets.
MOST_INLINED = 500_000
#: Nodes that are visited or copied to resolve all dynamic references of a description.
DYNAMIC = 50_000
#: The deepest that tags may be nested in each other.
MOST_TAG_LEVELS = 50
#: The deepest nesting of a description that openapi-spec-validator is run on.
DEEPEST_VALIDATED = 200
#: The most schemas in which `validate` looks for the properties that `required` names.
REQUIRED = 200_000
REQUIRED_CUT = f"Names that schemas require were looked for in {REQUIRED:,} schemas, which is the limit."
#: The most properties of one body that are listed.
MOST_PROPERTIES = 2_000
#: Rows that all tables of properties of any description may have together, and the number of its characters
#: that allow one more.
_ROWS = 40_000
_CHARACTERS_OF_A_ROW = 32
#: Fields that the pages of any description may show together, and the number of its characters that allow one
#: more.
MOST_FIELDS = 10_000
_CHARACTERS_OF_A_FIELD = 32
#: A row or field with more characters than this counts as several.
CHARACTERS_SHOWN = 256
#: Characters that each of several values counts in addition to its own.
CHARACTERS_OF_A_VALUE = 64
#: Characters of texts and values that the operations of any description may show, and how many more for each
#: of its characters. In public descriptions, operations show fewer characters than the description has.
_SHOWN = 1_000_000
_SHOWN_OF_A_CHARACTER = 2
#: The longest name, prefix and namespace of an element of XML.
LONGEST_XML_NAME = 200
#: How much is still shown once that is spent: the longest text, and the most members, items and levels of a
#: value.
LONGEST_SHOWN_AGAIN = 200
MOST_SHOWN_AGAIN = 5
LEVELS_SHOWN_AGAIN = 4
#: Characters of schemas that the tests of any description may hold, and how many more for each of its
#: characters. Public descriptions need less than twice their own size.
_CHECKED = 2_000_000
_CHECKED_OF_A_CHARACTER = 4
#: Beyond so many nodes, `characters` stops counting: every caller takes the value for too long.
_MOST_COUNTED = 1_000_000
#: Means that a sample has no limit of its own: only the budget limits its values.
MOST_IN_SAMPLE = 1 << 60
#: The most values of one parameter, which has to fit into a URL or a header.
MOST_IN_PARAMETER = 100
#: The most schemas that may apply to one place in a value when it is validated.
MOST_APPLIED = 5_000
#: The most comparisons for validating one value: its nodes, times the schemas, patterns and enumerated values
#: with which each may have to be compared.
MOST_COMPARED = 10_000_000
#: The same for all values of a description together, once for requests and once for responses.
COMPARED = 40_000_000
#: The most alternatives that are chosen within one another for one value.
MOST_CHOICES = 30
#: The most alternatives of one schema that are tried to repair a value.
MOST_ALTERNATIVES = 100
#: What all regular expressions of a description may weigh together: characters, each counted as often as it
#: is repeated.
MOST_PATTERNS = 400_000
#: The most validation errors of one value that are examined.
MOST_ERRORS = 1_000
#: The most nodes of a value whose errors are listed, each counted once for every level above it: every error
#: holds a copy of the part of the value that it is about.
MOST_LISTED = 50_000
#: Nodes that are visited to repair one value, and to repair all values of a description.
REPAIR = 400_000
REPAIRS = 4_000_000


class Limit(Enum):
    """The limits that a warning can name. The value is the text of the warning, or its format."""

    TEXT = f"The sample is cut: a text is made of at most {LONGEST_TEXT:,} characters."
    ITEMS = f"The sample is cut: a list is made of at most {MOST_ITEMS:,} items."
    NAMES = f"The sample is cut: at most {MOST_NAMES:,} properties are made where the schema names none."
    LEVELS = f"The sample is cut: it follows at most {MOST_LEVELS:,} schemas within each other."
    ROWS = "The table of properties is cut: all tables have more than the limit of {:,} rows."
    SHOWN = (
        "The text or value is shortened where it is shown again: operations show more than the limit of "
        "{:,} characters."
    )
    PROPERTIES = f"The table of properties is cut: at most {MOST_PROPERTIES:,} properties are listed."
    VALUES = "The sample is cut at the depth that fits the limit of {:,} values."
    WORK = (
        "The sample is cut or left out: the limit of {:,} steps for the samples of a description is reached."
    )
    XML = (
        f"A name, prefix or namespace in `xml` has more than the limit of {LONGEST_XML_NAME} characters: "
        "it is ignored."
    )
    CHECKED = (
        "The schemas of this response are not checked: the tests hold more than the limit of {:,} characters "
        "of schemas."
    )
    PATTERNS = (
        "The regular expression is ignored: all together exceed the limit of "
        f"{MOST_PATTERNS:,} characters, with those counted again that are repeated."
    )
    MERGED = "What `allOf` combines here is cut: it exceeds the limit of {:,} keywords and names."


def count(given: Any) -> int:
    """A count from a schema (such as ``minItems``), as an integer of at most 2**53."""
    return int(min(given, 1 << 53))


class SpentError(Exception):
    """A budget has nothing left."""


class Meter:
    """Limits work, which is counted in nodes.

    The total is divided into shares, one for each operation, in their order. A share may spend whatever
    earlier shares left over, except for the part that is reserved for later ones. So an operation whose
    schemas explode leaves something for those after it.
    """

    def __init__(self, total: int, shares: int = 1) -> None:
        self.total = total
        self.shares = max(shares, 1)
        self._set_aside = min(_SET_ASIDE, total // (2 * max(shares, 1)))
        self._common = total - self._set_aside * shares
        self.left = total
        """What is left of the current share."""
        self._begun = False

    def next_share(self) -> None:
        """Begin the next share. What the previous one left over becomes available to all."""
        if self._begun:
            self._common = self.left
        self._begun = True
        self.left = self._common + self._set_aside

    def own_share(self) -> Meter:
        """A meter for a single share, if the total is divided equally."""
        return Meter(self.total // self.shares)

    def spend(self, nodes: int = 1) -> None:
        """Count ``nodes`` of work. Raises ``SpentError`` if they exceed what the share has left."""
        self.left -= nodes
        if self.left < 0:
            self.left = 0
            raise SpentError

    def take(self, nodes: int) -> int:
        """Count up to ``nodes`` of work, as many as the share has left. Returns how many were counted."""
        taken = min(nodes, self.left)
        self.left -= taken
        return taken


def sample_work(characters: int, operations: int) -> Meter:
    """The meter for the samples of a description that has so many ``characters``."""
    return Meter(_SAMPLES + _SAMPLES_OF_A_NODE * characters // CHARACTERS_OF_A_NODE, operations)


def table_rows(characters: int, operations: int) -> Meter:
    """The meter for the rows of a description's tables of properties."""
    return Meter(_ROWS + characters // _CHARACTERS_OF_A_ROW, operations)


def shown_fields(characters: int, shares: int) -> Meter:
    """The meter for the fields that pages show of a description's operations, or of its components."""
    return Meter(MOST_FIELDS + characters // _CHARACTERS_OF_A_FIELD, shares)


def shown_characters(characters: int, operations: int) -> Meter:
    """The meter for the texts and values that the operations of a description show."""
    return Meter(_SHOWN + _SHOWN_OF_A_CHARACTER * characters, operations)


def checked_characters(characters: int, operations: int) -> Meter:
    """The meter for the schemas that the tests of a description's operations hold."""
    return Meter(_CHECKED + _CHECKED_OF_A_CHARACTER * characters, operations)


def rows(characters: int) -> int:
    """How many rows, or fields, one with so many ``characters`` counts as."""
    return 1 + characters // CHARACTERS_SHOWN


def characters(value: Any) -> int:
    """Roughly how many characters a JSON value has when it is written; 0 for numbers, booleans and null."""
    if isinstance(value, str):
        return len(value)
    return CHARACTERS_OF_A_NODE * nodes(value, _MOST_COUNTED) if isinstance(value, dict | list) else 0


def merged_entries(characters: int, merges: int) -> int:
    """How many entries one merged schema may have in a description that needs ``merges`` merges."""
    total = _MERGED + _MERGED_OF_A_CHARACTER * characters
    return max(_LEAST_MERGED, total // max(merges, 1))


def nodes(value: Any, most: int) -> int:
    """The nodes of a JSON value. Long texts and names count as several; counting stops beyond ``most``."""
    return _counted(value, most, 0)


def copied_nodes(value: Any, most: int) -> int:
    """The nodes of copies of every list and object in ``value`` together; counting stops beyond ``most``."""
    return _counted(value, most, 1)


def name_nodes(name: str) -> int:
    """The nodes that the name of a property counts besides its value: 0, unless it is unusually long."""
    return len(name) // CHARACTERS_OF_A_NODE if len(name) >= _LONG_NAME else 0


def _counted(value: Any, most: int, deeper: int) -> int:
    """The nodes of ``value``, each counted ``deeper`` times more for every level above it."""
    count = 0
    waiting = [(value, 1)]
    while waiting and count <= most:
        current, times = waiting.pop()
        count += times
        if isinstance(current, str):
            count += times * (len(current) // CHARACTERS_OF_A_NODE)
        elif isinstance(current, dict):
            count += times * sum(map(name_nodes, current))
            waiting.extend((child, times + deeper) for child in current.values())
        elif isinstance(current, list):
            waiting.extend((child, times + deeper) for child in current)
    return count
