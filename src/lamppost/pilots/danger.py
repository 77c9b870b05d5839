"""Words that speak of danger: found by plain matching, so that a person looks at them at once.

It is a hint and no judgement: it does not read "no danger" as none, and it knows only its lists.
The lists are ``danger_words.json``, one for each language of the signs. All of them are tried on
every text, so a word stands there only where it means nothing ordinary in another one (German
"Gift", French "arme" and "feu" are left to longer phrases). A city adds words or languages of its
own in ``danger_words.json`` of its home folder, in the same form.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

OWN = Path(__file__).with_name("danger_words.json")
LONGEST = 200
_WORD = re.compile(r"[^\W_]+")
# Letters that are written in two ways, after accents were taken off.
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "ـ": "", "ß": "ss", "ı": "i"})
log = logging.getLogger(__name__)

# One entry of a list: its words, each with whether it is the beginning of longer ones.
Phrase = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class _List:
    """The phrases of one language by their first word, and what may stand before a word."""

    whole: Mapping[str, list[Phrase]]
    open_ended: Mapping[str, list[Phrase]]
    prefixes: tuple[str, ...]


def plain(text: str) -> str:
    """Return `text` without accents and capitals, for comparing."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).translate(_SAME)


def danger_in(text: str) -> str:
    """Return what in `text` speaks of danger, in its own words and in order; empty for nothing.

    All lists are tried on every text: people write in other languages than the page's.
    """
    places = [match.span() for match in _WORD.finditer(text)]
    words = [plain(text[start:end]) for start, end in places]
    found: dict[str, str] = {}
    for at in range(len(words)):
        longest = max((_matched(words, at, known) for known in _lists()), default=0)
        if longest:
            said = text[places[at][0] : places[at + longest - 1][1]]
            found.setdefault(plain(said), said)
    return _short(list(found.values()))


def _short(found: list[str]) -> str:
    """Join what was found, as much of it as the field takes."""
    text = ""
    for said in found:
        longer = f"{text}, {said}" if text else said
        if len(longer) > LONGEST:
            break
        text = longer
    return text or found[0][:LONGEST] if found else ""


def _matched(words: list[str], at: int, known: _List) -> int:
    """Return how many words from `at` on the longest fitting phrase takes."""
    fitting = [
        len(phrase)
        for form in _forms(words[at], known.prefixes)
        for phrase in _beginning(form, known)
        if _goes_on(words, at, phrase, known.prefixes)
    ]
    return max(fitting, default=0)


def _beginning(form: str, known: _List) -> Iterator[Phrase]:
    """Yield the phrases whose first word is `form`, or of which `form` is a longer form."""
    yield from known.whole.get(form, ())
    for length in range(1, len(form) + 1):
        yield from known.open_ended.get(form[:length], ())


def _goes_on(words: list[str], at: int, phrase: Phrase, prefixes: tuple[str, ...]) -> bool:
    if at + len(phrase) > len(words):
        return False
    rest = zip(words[at + 1 :], phrase[1:], strict=False)
    return all(_fits(word, stem, open_ended, prefixes) for word, (stem, open_ended) in rest)


def _fits(word: str, stem: str, open_ended: bool, prefixes: tuple[str, ...]) -> bool:
    forms = _forms(word, prefixes)
    return any(form.startswith(stem) if open_ended else form == stem for form in forms)


def _forms(word: str, prefixes: tuple[str, ...]) -> list[str]:
    return [word, *(word.removeprefix(one) for one in prefixes if word.startswith(one))]


@cache
def _lists() -> tuple[_List, ...]:
    """Each language's list, once per process."""
    return tuple(_list(one) for one in _languages())


def _list(one: Mapping[str, Any]) -> _List:
    whole: dict[str, list[Phrase]] = {}
    open_ended: dict[str, list[Phrase]] = {}
    for phrase in filter(None, (_phrase(entry) for entry in one.get("words", ()))):
        stem, is_open = phrase[0]
        (open_ended if is_open else whole).setdefault(stem, []).append(phrase)
    return _List(whole, open_ended, tuple(plain(prefix) for prefix in one.get("prefixes", ())))


def _phrase(entry: str) -> Phrase:
    return tuple((plain(word.rstrip("*")), word.endswith("*")) for word in entry.split())


def _languages() -> Iterator[Mapping[str, Any]]:
    yield from json.loads(OWN.read_text(encoding="utf-8")).values()
    city = Path(settings.HOME) / OWN.name
    if not city.exists():
        return
    try:
        yield from [dict(one) for one in json.loads(city.read_text(encoding="utf-8")).values()]
    except (OSError, ValueError, TypeError, AttributeError):
        # Residents' answers are taken all the same; whoever runs the instance reads of it.
        log.exception("%s cannot be read; only the lists of Lamppost are used", city)
