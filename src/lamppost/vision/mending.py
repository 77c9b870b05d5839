"""Whether a change of words mends a slip or changes what a statement says."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

# A word spelled a little differently.
SAME_WORD = 0.7
# Words as short as this may be exchanged for each other: "a" and "an", "in" and "at".
LITTLE = 2
# Words that turn or widen the sense wherever they stand.
TURNING = frozenset(
    """
    not no never nor neither without cannot nobody nothing none only all every some more less most
    few always must
    nunca jamás sin ni tampoco nada nadie ningún ninguna solo sólo todo toda todos todas más menos
    pocos pocas siempre
    nicht kein keine keinen keiner nie niemals ohne nur alle mehr weniger immer
    ne pas jamais sans non aucun aucune seulement tout tous toutes plus moins toujours
    لا ليس ليست لن لم ما غير بدون كل فقط أكثر أقل بعض دائما
    """.split()  # noqa: SIM905 - a page of words reads better than a list
)


def keeps_the_sense(before: str, after: str) -> bool:
    """Say whether only slips are mended: spelling, punctuation, one word left out.

    Refused are an exchanged word, another number, and a word like "not", "only" or "all" that
    comes or goes. The rule is strict on purpose: others may have answered the earlier words.
    """
    gone, new = _difference(_words(before), _words(after))
    if any(_turns(word) for word in (*gone, *new)):
        return False
    gone, new = _without_spelling(gone, new)
    if gone and new:
        return all(len(word) <= LITTLE for word in (*gone, *new))
    long = [word for word in (*gone, *new) if len(word) > LITTLE + 1]
    return len(long) <= 1 and len(gone) + len(new) <= LITTLE + 1


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.findall(r"\w+(?:'\w+)*", plain)


def _turns(word: str) -> bool:
    return word in TURNING or word.endswith("n't") or any(c.isdigit() for c in word)


def _difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Words that are only in one of the two, each as often as it is missing in the other."""
    gone, new = list(before), []
    for word in after:
        if word in gone:
            gone.remove(word)
        else:
            new.append(word)
    return gone, new


def _without_spelling(gone: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Leave out pairs that are one word, spelled differently, and words put together or apart."""
    if "".join(gone) == "".join(new):
        return [], []
    left, kept = list(gone), []
    for word in new:
        twin = next((old for old in left if _same_word(old, word)), None)
        if twin is None:
            kept.append(word)
        else:
            left.remove(twin)
    return left, kept


def _same_word(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= SAME_WORD
