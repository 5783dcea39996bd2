"""Readable file names that are valid on every file system.

For what Windows doesn't allow, see https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_FORBIDDEN = re.compile(r'[/\\:*?"<>|]+')
#: Control characters and line separators, which become spaces.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Characters that are removed: invisible or bidirectional ones, surrogates, private use, noncharacters.
_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\uffff"
    r"\U000e0000-\U0010ffff]+"
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))", re.I)
#: Quotation marks around words. Inside a word they are treated as any other forbidden character.
_QUOTES = re.compile(r'(?<!\w)"|"(?!\w)')
#: A path and what is said of it, as in ``users[0].key: 5 is not a string`` and ``without users[0].key``.
_OF_PATH = re.compile(r"(without )?(\S+?)((?(1)(?=[\s,]|$)|: ).*)", re.DOTALL)
_LONG_WORD = re.compile(r"(?<!\S)(\S{12})\S{8,}")
#: Takes the place of forbidden characters until it is known what is around them.
_GONE = "\x00"
_MARK = 5


def safe_name(text: str, most: int) -> str:
    """``text`` as a file name of at most ``most`` characters, valid on Windows, macOS and Linux.

    A longer name is cut, and marked with a hash, so that names that begin alike remain distinct. Characters
    are counted as in NTFS, in UTF-16 code units. ``most`` is at least 8.
    """
    name = _allowed(text)
    if length(name) <= most:
        return name or "unnamed"
    return marked(_allowed(_brief(text, most - _MARK)) or name, name, most)


def _allowed(text: str) -> str:
    """``text`` as a file name of any length. The function is idempotent."""
    while (name := _cleaned(text)) != text:
        text = name
    return name


def _cleaned(text: str) -> str:
    """``text`` cleaned once. The rest may need it again: an accent can combine after a quote is removed."""
    text = _UNSEEN.sub("", _CONTROLS.sub(" ", text))
    text = _QUOTES.sub("", unicodedata.normalize("NFC", text))
    text = _FORBIDDEN.sub(_GONE, text)
    # Between two words a hyphen separates them; elsewhere nothing is needed.
    text = re.sub(rf"(?<![\s{_GONE}]){_GONE}(?=[^\s{_GONE}])", "-", text).replace(_GONE, "")
    text = " ".join(text.split()).strip(". ").lstrip("-. ")
    return _RESERVED.sub(lambda name: name[0] + "_", text, count=1) if _RESERVED.match(text) else text


def _brief(text: str, most: int) -> str:
    """``text`` with its path and long words shortened, since its end says what is wrong."""
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
    """The length of ``text`` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def marked(text: str, of: str, most: int) -> str:
    """``text`` cut to ``most`` characters, including a hash of ``of`` at its end."""
    mark = hashlib.sha256(of.encode("utf-8", "replace")).hexdigest()[: _MARK - 1]
    kept = text[: most - _MARK]
    while length(kept) > most - _MARK:
        kept = kept[:-1]
    if text[len(kept) : len(kept) + 1].strip():
        # (It ends inside a word.)
        words, _, part = kept.rpartition(" ")
        kept = words if len(part) < len(words) // 2 else kept
    return f"{kept.rstrip('. -,')}-{mark}"


class FolderNames:
    """The names that are taken in a folder, ignoring case and Unicode normalization."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str, of: str, most: int, ending: str = "") -> str:
        """A safe, unused name for ``text`` of at most ``most`` characters. ``of`` is the id of what it names.

        The first of equal names is kept; others are marked with hashes of their ids. So a new name changes no
        other, unless it precedes the first. ``ending`` is the suffix of the name in the folder.
        """
        own = name = safe_name(text, most)
        number = 0
        while (key := _folded(name + ending)) in self._taken:
            name = marked(own, f"{of}{number or ''}", most)
            number += 1
        self._taken.add(key)
        return name


def _folded(name: str) -> str:
    """A key, equal for names that a file system may treat as equal. The Unicode Standard, section 3.13."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
