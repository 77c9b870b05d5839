"""Near-duplicates among many texts: only those that share enough letters are compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import Generic, TypeVar

from .duplicates import ALIKE, MOST, Alike, Shape, likeness, shape

Key = TypeVar("Key", bound=Hashable)

# Share of a text's runs of letters that another must have before the two are compared.
WORTH_A_LOOK = 0.3


class AlikeIndex(Generic[Key]):
    """Texts by name; finds those that say nearly the same as a text."""

    def __init__(self, texts: Mapping[Key, str] | None = None) -> None:
        self._texts: dict[Key, str] = {}
        self._shapes: dict[Key, Shape] = {}
        self._holders: dict[str, list[Key]] = defaultdict(list)
        for key, text in (texts or {}).items():
            self.add(key, text)

    def add(self, key: Key, text: str) -> None:
        """Take in one more text."""
        self._texts[key], self._shapes[key] = text, shape(text)
        for part in self._shapes[key].letters:
            self._holders[part].append(key)

    def near(
        self, text: str, *, leave_out: Collection[Key] = (), least: float = ALIKE, most: int = MOST
    ) -> list[Alike[Key]]:
        """Return the texts that say nearly the same, the most alike first."""
        wanted = shape(text)
        shared: Counter[Key] = Counter()
        for part in wanted.letters:
            shared.update(self._holders.get(part, ()))
        enough = WORTH_A_LOOK * len(wanted.letters)
        found = [
            Alike(key, self._texts[key], likeness(wanted, self._shapes[key]))
            for key, count in shared.items()
            if count >= enough and key not in leave_out
        ]
        close = [one for one in found if one.likeness >= least]
        return sorted(close, key=lambda one: -one.likeness)[:most]


def groups_among(texts: Mapping[Key, str], *, least: float = ALIKE) -> list[list[Key]]:
    """Return the names in groups of texts that say nearly the same, in the order given."""
    index: AlikeIndex[Key] = AlikeIndex()
    home: dict[Key, list[Key]] = {}
    groups: list[list[Key]] = []
    for key, text in texts.items():
        found = index.near(text, least=least, most=1)
        group = home[found[0].key] if found else []
        if not found:
            groups.append(group)
        group.append(key)
        home[key] = group
        index.add(key, text)
    return groups
