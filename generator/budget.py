"""How much work one description may ask for.

A description of a few lines can ask for more than any machine has: a text of a billion characters, or objects
that hold each other ten deep. Everything that could grow faster than the description itself draws on a budget
from this module. Budgets are counted in nodes and characters, never in seconds or bytes of memory, so that
every machine writes the same files. They follow from the size of the description alone, and the order of
drawing is that of the description, so that the choice of targets changes nothing.

A warning names each limit that cuts something short: see ``Limit``.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

#: Characters that count as much as one node.
CHARACTERS_OF_A_NODE = 16
#: Characters from which on the name of a property counts as well.
_LONG_NAME = 64
#: The longest text that is made for a sample, in characters.
LONGEST_TEXT = 10_000
#: The most items, and the most properties with made-up names, that are made for one sample.
MOST_ITEMS = 1000
MOST_NAMES = 200
#: The most schemas within each other that one sample follows.
MOST_LEVELS = 200
#: Nodes that the samples of any description may take, and how many more each node's worth of characters
#: in it allows.
_SAMPLES = 100_000
_SAMPLES_OF_A_NODE = 1
#: As many operations may have variations of any size; of more, each has less.
SHARED = 10
#: Nodes that are set aside for each operation, which no other operation can take.
_SET_ASIDE = 500
#: Entries of all merged schemas together, of any description, and how many more each character allows.
_MERGED = 1_000_000
_MERGED_OF_A_CHARACTER = 2
#: The fewest entries that any one merged schema may take.
_LEAST_MERGED = 100
#: The most schemas that are combined for one property.
MOST_PARTS = 100
#: The most references that may lead from one to the next.
MOST_LINKS = 100
#: Objects and lists that a description may have more for references that were replaced by what they lead to.
MOST_INLINED = 500_000
#: Nodes that are looked at, or copied, for all dynamic references of a description.
DYNAMIC = 50_000
#: The deepest that tags may be nested in each other.
MOST_TAG_LEVELS = 50
#: The deepest that a description may be nested for openapi-spec-validator to look at it.
DEEPEST_VALIDATED = 200
#: The most schemas that `validate` looks into for names that others require.
REQUIRED = 200_000
REQUIRED_CUT = f"Names that schemas require were looked for in {REQUIRED:,} schemas, which is the limit."
#: The most properties of one body that are listed.
MOST_PROPERTIES = 2_000
#: Rows that the tables of properties of any description may have together, and the characters that allow
#: one more.
_ROWS = 40_000
_CHARACTERS_OF_A_ROW = 32
#: Fields that the pages of any description may show together, and the characters that allow one more.
MOST_FIELDS = 10_000
_CHARACTERS_OF_A_FIELD = 32
#: A row or field that is longer than so many characters counts as several.
CHARACTERS_SHOWN = 256
#: Characters that each value counts beside its own, where several are shown.
CHARACTERS_OF_A_VALUE = 64
#: Characters that operations may show of texts and values, of any description, and how often each character
#: of it may be shown beyond. In public descriptions operations show less than their own size.
_SHOWN = 1_000_000
_SHOWN_OF_A_CHARACTER = 2
#: The longest name, prefix and namespace of an element of XML.
LONGEST_XML_NAME = 200
#: The longest text that is shown again beyond that; of a value, the most members and items, and levels.
LONGEST_SHOWN_AGAIN = 200
MOST_SHOWN_AGAIN = 5
LEVELS_SHOWN_AGAIN = 4
#: Characters that the tests of any description may hold of its schemas, and how often each character of it
#: may be there beyond. Public descriptions need less than twice their own size.
_CHECKED = 2_000_000
_CHECKED_OF_A_CHARACTER = 4
#: Nodes beyond which a value is long enough for whatever asks.
_MOST_COUNTED = 1_000_000
#: Stands for no limit of its own: only the budget limits the values of such a sample.
MOST_IN_SAMPLE = 1 << 60
#: The most values of one parameter, which has to fit into an address or a header.
MOST_IN_PARAMETER = 100
#: The most schemas that may be applied to one place of a value when it is checked.
MOST_APPLIED = 5_000
#: The most comparisons for which one value is checked: its nodes, times the schemas, patterns and enumerated
#: values that one of them may be compared with.
MOST_COMPARED = 10_000_000
#: The same of all values of a description, for requests and for responses.
COMPARED = 40_000_000
#: The most alternatives that are taken one within the other, for one value.
MOST_CHOICES = 30
#: The most alternatives of one schema that are tried for a value that is repaired.
MOST_ALTERNATIVES = 100
#: What all regular expressions of a description may weigh together, in characters, repetitions counted.
MOST_PATTERNS = 400_000
#: The most errors of one value that are looked at.
MOST_ERRORS = 1_000
#: The most nodes of a value whose errors are listed, each counted once for every level above it: an error
#: holds a copy of what it is about.
MOST_LISTED = 50_000
#: Nodes that are looked at to repair one value, and all values of a description.
REPAIR = 400_000
REPAIRS = 4_000_000


class Limit(Enum):
    """The limits that a warning can name. The value is the sentence."""

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
    """A count that a schema gives (``minItems``), as an integer that arithmetic can bear."""
    return int(min(given, 1 << 53))


class SpentError(Exception):
    """A budget has nothing left."""


class Meter:
    """Counts the work that is done, in nodes.

    The work is divided into shares, one for each operation, in their order. A share may take whatever the
    shares before it left, except for the part that is set aside for those after it. So an operation whose
    schemas explode doesn't starve the next ones.
    """

    def __init__(self, total: int, shares: int = 1) -> None:
        self.total = total
        self.shares = max(shares, 1)
        self._set_aside = min(_SET_ASIDE, total // (2 * max(shares, 1)))
        self._common = total - self._set_aside * shares
        self.left = total
        """What is left of the present share."""
        self._begun = False

    def next_share(self) -> None:
        """Begin the next share: what the one before left over goes back to all."""
        if self._begun:
            self._common = self.left
        self._begun = True
        self.left = self._common + self._set_aside

    def own_share(self) -> Meter:
        """A meter for one share alone, of equal parts."""
        return Meter(self.total // self.shares)

    def spend(self, nodes: int = 1) -> None:
        """Count ``nodes`` of work. Raises ``SpentError`` where they are more than the share has left."""
        self.left -= nodes
        if self.left < 0:
            self.left = 0
            raise SpentError

    def take(self, nodes: int) -> int:
        """Count ``nodes`` of work as far as the share has that many left; how many it had."""
        taken = min(nodes, self.left)
        self.left -= taken
        return taken


def sample_work(characters: int, operations: int) -> Meter:
    """The meter for the samples of a description of so many ``characters``."""
    return Meter(_SAMPLES + _SAMPLES_OF_A_NODE * characters // CHARACTERS_OF_A_NODE, operations)


def table_rows(characters: int, operations: int) -> Meter:
    """The meter for the tables of properties in a description of so many ``characters``."""
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
    """The rows, or fields, that one counts as which has so many ``characters``."""
    return 1 + characters // CHARACTERS_SHOWN


def characters(value: Any) -> int:
    """About how many characters a JSON value has when it is written."""
    if isinstance(value, str):
        return len(value)
    return CHARACTERS_OF_A_NODE * nodes(value, _MOST_COUNTED) if isinstance(value, dict | list) else 0


def merged_entries(characters: int, merges: int) -> int:
    """How many entries one merged schema may take in a description that merges ``merges`` times."""
    total = _MERGED + _MERGED_OF_A_CHARACTER * characters
    return max(_LEAST_MERGED, total // max(merges, 1))


def nodes(value: Any, most: int) -> int:
    """The nodes of a JSON value, long texts and names counted as several; counting ends beyond ``most``."""
    return _counted(value, most, 0)


def copied_nodes(value: Any, most: int) -> int:
    """The nodes of copies of each list and object in ``value``; counting ends beyond ``most``."""
    return _counted(value, most, 1)


def name_nodes(name: str) -> int:
    """What the name of a property counts beside its value: nothing, unless it is longer than most."""
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
