"""Whether a change of words mends a slip or changes what a statement says."""

from __future__ import annotations

import re
import unicodedata

from lamppost.voices.turning import turns

# A word of so many letters may have two slips, a shorter one has one.
LONG_WORD = 8
ARTICLE = "ال"
# Words as short as this may be exchanged for each other: "a" and "an", "in" and "at".
LITTLE = 2


def keeps_the_sense(before: str, after: str) -> bool:
    """Say whether only slips are mended: spelling, punctuation, one word left out.

    Refused are an exchanged word, another number, a word like "not", "only" or "all" that comes
    or goes, and words that change places: "cars wait for people" is not "people wait for cars".
    The rule is strict on purpose: others may have answered the earlier words.
    """
    old, mended = _words(before), _words(after)
    gone, new = _difference(old, mended)
    if any(_turns(word) for word in (*gone, *new)) or not _in_order(old, mended, len(gone)):
        return False
    gone, new = _without_spelling(gone, new)
    if gone and new:
        return all(len(word) <= LITTLE for word in (*gone, *new))
    long = [word for word in (*gone, *new) if len(word) > LITTLE + 1]
    return len(long) <= 1 and len(gone) + len(new) <= LITTLE + 1


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return re.findall(r"\w+n't\b|\w+", plain)


def _turns(word: str) -> bool:
    return turns(word) or any(c.isdigit() for c in word)


def _difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """Words that are only in one of the two, each as often as it is missing in the other."""
    gone, new = list(before), []
    for word in after:
        if word in gone:
            gone.remove(word)
        else:
            new.append(word)
    return gone, new


def _in_order(before: list[str], after: list[str], gone: int) -> bool:
    """Say whether the words that stay keep their order, or the end of a sentence came to its front.

    Where a word like "not" stands, moving anything around it may change what it speaks of.
    """
    stay = len(before) - gone
    turned = [after] if any(map(_turns, before)) else _rotations(after)
    return any(_longest_common(before, words) == stay for words in turned)


def _rotations(words: list[str]) -> list[list[str]]:
    return [words[place:] + words[:place] for place in range(max(len(words), 1))]


def _longest_common(one: list[str], other: list[str]) -> int:
    """Return how many words the two have in the same order (longest common subsequence)."""
    best = [0] * (len(other) + 1)
    for word in one:
        above = 0
        for place, another in enumerate(other, 1):
            here = above + 1 if word == another else max(best[place], best[place - 1])
            above, best[place] = best[place], here
    return best[-1]


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
    """Say whether two are one word with a slip: "unsafe" is not "safe", nor "useless" "useful"."""
    one, other = one.removeprefix(ARTICLE), other.removeprefix(ARTICLE)
    if sorted(one[:2]) != sorted(other[:2]) and one[:1] != other[:1]:
        return False
    return _slips(one, other) <= 1 + (min(len(one), len(other)) >= LONG_WORD)


def _slips(one: str, other: str) -> int:
    """Return how many letters are missing, too many, wrong, or exchanged with the next.

    The restricted distance of Damerau (1964).
    """
    rows = [list(range(len(other) + 1))]
    for at, letter in enumerate(one, 1):
        row = [at]
        for place, another in enumerate(other, 1):
            best = min(rows[-1][place] + 1, row[-1] + 1, rows[-1][place - 1] + (letter != another))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == another:
                best = min(best, rows[-2][place - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
