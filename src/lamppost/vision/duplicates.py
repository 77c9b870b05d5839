"""Whether two sentences say nearly the same: by their words and their letters, in any language.

Pure Python and fast: no model is loaded, so a hint is a hint. A person decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lamppost.voices.redaction import without_contacts

Key = TypeVar("Key", bound=Hashable)

# From here on two sentences are called near-duplicates.
ALIKE = 0.6
MOST = 5
# Letters of a word that are compared: endings differ, in many languages.
START = 6


@dataclass(frozen=True)
class Alike(Generic[Key]):
    """A text that says nearly the same.

    Attributes
    ----------
    key
        Whatever names it.
    text
        Its words.
    likeness
        From 0 to 1; 1 for the same words.
    """

    key: Key
    text: str
    likeness: float


def normalised(text: str) -> str:
    """Return `text` as it is compared: letters and digits alone, in one case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", bare)))


@dataclass(frozen=True)
class Shape:
    """A text as it is compared: its words, its runs of three letters, the starts of its words.

    Letters see through endings and slips of the pen, starts of words through another order. A
    start counts as often as it has letters: short words say less.
    """

    words: str
    letters: Counter[str]
    starts: Counter[str]


def shape(text: str) -> Shape:
    """Return the shape of a text; work it out once and compare it often.

    Contact details count for nothing: they would make the same sentence look like another.
    """
    plain = normalised(without_contacts(text))
    padded = f" {plain} "
    letters = Counter(padded[place : place + 3] for place in range(len(padded) - 2))
    starts: Counter[str] = Counter()
    for word in plain.split():
        starts[word[:START]] += len(word[:START])
    return Shape(plain, letters, starts)


def likeness(first: Shape, second: Shape) -> float:
    """Return how alike two texts are, from 0 to 1 (for the same words); without words 0.

    The larger of two shares of what is common (Dice). It does not understand: "lit" and "not lit"
    look alike.
    """
    if first.words == second.words:
        return float(bool(first.words))
    common = max(_dice(first.letters, second.letters), _dice(first.starts, second.starts))
    return min(common, 0.99)


def _dice(one: Counter[str], other: Counter[str]) -> float:
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def near_duplicates(
    text: str, others: Mapping[Key, str], *, least: float = ALIKE, most: int = MOST
) -> list[Alike[Key]]:
    """Return those of `others` that say nearly the same as `text`, the most alike first.

    Parameters
    ----------
    others
        Name → text; the name comes back in `Alike.key`.
    least
        The likeness from which on a text is returned.
    most
        How many at most.
    """
    wanted = shape(text)
    found = [Alike(key, other, likeness(wanted, shape(other))) for key, other in others.items()]
    close = [one for one in found if one.likeness >= least]
    return sorted(close, key=lambda one: -one.likeness)[:most]


def groups_of(texts: Mapping[Key, str], *, least: float = ALIKE) -> list[list[Key]]:
    """Return the names in groups of texts that say nearly the same, in the order given.

    A text joins the first group that holds one like it; a text of its own is a group of one.
    """
    shapes = {key: shape(text) for key, text in texts.items()}
    groups: list[list[Key]] = []
    for key, own in shapes.items():
        home = next(
            (group for group in groups if _joins(own, (shapes[one] for one in group), least)), None
        )
        if home is None:
            groups.append([key])
        else:
            home.append(key)
    return groups


def _joins(own: Shape, others: Iterable[Shape], least: float) -> bool:
    return any(likeness(own, other) >= least for other in others)
