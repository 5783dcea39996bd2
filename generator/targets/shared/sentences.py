"""Sentences about requests and responses that are made from names and descriptions, or left out."""

from __future__ import annotations

import re
from itertools import pairwise

from generator.model.types import Operation, Response
from generator.targets.shared.wording import reason, status_code

#: Verbs that begin the names of operations, and are rarely nouns.
_VERBS = frozenset(
    "accept activate add allow apply approve archive assign attach authorize calculate cancel check "
    "clear clone close compare complete configure confirm convert count create deactivate decline "
    "delete deploy detach disable dismiss download duplicate edit enable execute fetch find finish "
    "generate get import increase initiate insert install invite join leave list lock merge modify move "
    "notify obtain open patch pause pay perform publish purchase read reactivate rebuild refresh "
    "register reject release remove rename render renew reorder replace resend reset resize resolve "
    "restart restore resume retrieve return revert revoke rotate run save send set share show simulate "
    "skip start stop store submit subscribe suspend sync terminate transfer trigger unarchive unassign "
    "undo unfollow uninstall unlink unlock unpin unsubscribe update upgrade upload upsert validate "
    "verify void withdraw write".split()
)
#: Verbs that may be nouns, as in *Order details*. An article or the like shows that it is the verb.
_AMBIGUOUS = frozenset(
    "approve change copy end export filter follow force issue link load mark order pin place post "
    "preview process promote query record refund report request review schedule search select sign "
    "stream switch test track view vote watch".split()
)
_DETERMINERS = frozenset("a an the all any one each your this for".split())
_CAPITALIZED = re.compile(r"[A-Z][a-z]{3,}\b")
_WORD = re.compile(r"[A-Za-z]{4,}\b")
_ARTICLE = re.compile(r"(?:An?|The)\s")
#: Finite verbs, which make a text a sentence rather than a noun phrase.
_FINITE = frozenset("is was are were has have had will can could may must should did does do been".split())
#: What may follow a verb in the past: *The service created the jobs*, as opposed to *The created job*.
_AFTER_PAST = frozenset("a an the your its their this that to by with for".split())
#: How many words of a text are looked at.
_WORDS = 60
#: Words of a phrase about a body, even if there is none.
_OF_BODY = re.compile(r"\b(?:body|content|payload|response)\b")
#: Descriptions that say no more than the status does.
_IDLE = re.compile(
    r"(?:ok(?:ay)?|success(?:ful(?:ly)?)?|successful (?:response|operation|request|result|execution)|"
    r"default response|response|accepted|created|no content|)[.!]?",
    re.IGNORECASE,
)


def request_sentence(operation: Operation) -> str:
    """What a sample request does, made from the operation's name: ``The following request lists jobs.``

    Empty if the name isn't a phrase that begins with a verb, or is written like a title.
    """
    words = operation.name.rstrip(" .!:;").split()
    if len(words) < 2 or operation.name.endswith("?"):
        return ""
    verb, rest = words[0].lower(), words[1:]
    if verb not in _VERBS and not (verb in _AMBIGUOUS and rest[0].lower() in _DETERMINERS):
        return ""
    long = [word for word in rest if _WORD.match(word)]
    if long and all(_CAPITALIZED.match(word) for word in long):
        return ""
    return f"The following request {_third_person(verb)} {' '.join(rest)}."


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def success_sentence(response: Response, *, has_payload: bool) -> str:
    """How a description of a successful response begins, in Markdown.

    ``A successful response returns HTTP status 202 (Accepted) with the IDs of the jobs.``
    """
    begin = f"A successful response returns {_status(response)}"
    description = response.description.strip()
    if _IDLE.fullmatch(description):
        return f"{begin}." if has_payload else f"{begin} and no payload."
    first, *_ = re.split(r"(?<=[.!?])\s|\n", description, maxsplit=1)
    if _is_phrase(first) and (has_payload or _OF_BODY.search(first)):
        end = "" if first[-1:] in ".!?:" else "."
        return f"{begin} with {first[0].lower()}{first[1:]}{end}{description[len(first) :]}"
    return f"{begin}{'' if has_payload else ' and no payload'}. {description}"


def _is_phrase(text: str) -> bool:
    """Whether ``text`` is a noun phrase with an article, as far as its words tell."""
    words = text.rstrip(".!").lower().split()[:_WORDS]
    verbs = any(word.endswith("ed") and following in _AFTER_PAST for word, following in pairwise(words[2:]))
    return bool(_ARTICLE.match(text)) and _FINITE.isdisjoint(words) and not verbs


def _status(response: Response) -> str:
    code = status_code(response)
    if code is None:
        return f"an HTTP status of class {response.status.lower()}"
    return f"HTTP status {code} ({reason(code)})" if reason(code) else f"HTTP status {code}"
