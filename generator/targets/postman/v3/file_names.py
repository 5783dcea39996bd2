"""File names that people read and every file system takes.

What Windows refuses: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]+')
#: Control characters; what can't be printed, or is no character; what is nobody's, or turns the text around.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\uffff"
    r"\U000e0000-\U0010ffff]+"
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))", re.I)
#: Quotes around words; inside of one they are as any other forbidden character.
_QUOTES = re.compile(r'(?<!\w)"|"(?!\w)')
#: What is said of a value, and its path: ``users[0].key: 5 is not a string``, ``without users[0].key``.
_OF_PATH = re.compile(r"(without )?(\S+?)((?(1)(?=[\s,]|$)|: ).*)", re.DOTALL)
_LONG_WORD = re.compile(r"(?<!\S)(\S{12})\S{8,}")
#: Stands for forbidden characters until it is known what is around them.
_GONE = "\x00"
_MARK = 5


def safe_name(text: str, most: int) -> str:
    """``text`` as a name of at most ``most`` characters, for Windows, macOS and Linux alike.

    A longer one is cut, with a mark of what it was, so that names that begin alike stay apart. Characters are
    counted as NTFS does: one that takes two units of UTF-16 is two. ``most`` is 8 at least.
    """
    name = _allowed(text)
    if length(name) <= most:
        return name or "unnamed"
    return marked(_allowed(_brief(text, most - _MARK)) or name, name, most)


def _allowed(text: str) -> str:
    """``text`` as a name, however long: one that this function returns as it is."""
    while (name := _cleaned(text)) != text:
        text = name
    return name


def _cleaned(text: str) -> str:
    """``text`` cleaned once. What is left may join: an accent behind a quote that is gone."""
    text = _UNSEEN.sub("", _CONTROLS.sub(" ", text))
    text = _QUOTES.sub("", unicodedata.normalize("NFC", text))
    text = _FORBIDDEN.sub(_GONE, text)
    # Between two words a hyphen says that they are two; elsewhere there is nothing to say.
    text = re.sub(rf"(?<![\s{_GONE}]){_GONE}(?=[^\s{_GONE}])", "-", text).replace(_GONE, "")
    text = " ".join(text.split()).strip(". ").lstrip("-. ")
    return _RESERVED.sub(lambda name: name[0] + "_", text, count=1) if _RESERVED.match(text) else text


def _brief(text: str, most: int) -> str:
    """``text`` with less of the path that it speaks of, and of long words: its end says what is wrong."""
    found = _OF_PATH.match(text)
    if found is None:
        return text
    before, path, after = found.groups("")
    while length(_allowed(before + path + after)) > most and "." in path[:-1]:
        path = path.partition(".")[2]
    if length(_allowed(before + path + after)) > most:
        after = _LONG_WORD.sub(r"\1…", after)
    return before + path + after


def length(text: str) -> int:
    """How many units of UTF-16 ``text`` takes."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def marked(text: str, of: str, most: int) -> str:
    """``text``, cut to ``most`` characters with a mark at its end that tells what is made ``of`` what."""
    mark = hashlib.sha256(of.encode("utf-8", "replace")).hexdigest()[: _MARK - 1]
    kept = text[: most - _MARK]
    while length(kept) > most - _MARK:
        kept = kept[:-1]
    if text[len(kept) : len(kept) + 1].strip():
        # (It ends inside a word.)
        words, _, part = kept.rpartition(" ")
        kept = words if len(part) < len(words) // 2 else kept
    return f"{kept.rstrip('. -,')}-{mark}"


class Names:
    """The names that are taken in one folder, without regard to case and to how accents are written."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str, of: str, most: int, ending: str = "") -> str:
        """A safe name for ``text`` of at most ``most`` characters, for what ``of`` stands for: its id.

        The first keeps its own; a further one is marked by its id, wherever it stands. So a new name changes
        no other, unless it comes before the first of its like. ``ending`` is what follows it in the folder.
        """
        own = name = safe_name(text, most)
        number = 0
        while (key := _folded(name + ending)) in self._taken:
            name = marked(own, f"{of}{number or ''}", most)
            number += 1
        self._taken.add(key)
        return name


def _folded(name: str) -> str:
    """What names that some file system takes for one have in common. The Unicode Standard, section 3.13."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
