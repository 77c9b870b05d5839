"""What is said of each person, as arrays that read like a dict.

A dict of a million people takes 40 MB before anything is in it; a landscape has three.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

V = TypeVar("V")
_STEP = 4096


class ByPerson(Mapping[str, V]):
    """A value for each of some people, by name; read only.

    Parameters
    ----------
    names : sequence of str, length P
    values : ndarray, shape (P,) or (P, d)
        A number, or a tuple of d, for each.
    rows : ndarray of int, optional
        The people who have one, ascending; default all.

    Notes
    -----
    Going through all of them needs no more memory. The first question for a single person makes
    an index of all names: O(P).
    """

    def __init__(
        self, names: Sequence[str], values: NDArray[Any], rows: NDArray[np.intp] | None = None
    ) -> None:
        self._names, self._values, self._rows = names, values, rows
        self._index: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._names) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[str]:
        if self._rows is None:
            return iter(self._names)
        return (self._names[row] for row in _pieces(self._rows))

    def __getitem__(self, name: str) -> V:
        if self._index is None:
            rows = range(len(self._names)) if self._rows is None else _pieces(self._rows)
            self._index = dict(zip(self, rows, strict=True))
        return cast(V, _plain(self._values[self._index[name]].tolist()))

    def items(self) -> ItemsView[str, V]:
        """Names with their values, in the order of the rows."""
        return _Items(self)

    def values(self) -> ValuesView[V]:
        """The values, in the order of the rows."""
        return _Values(self)

    def _listed(self) -> Iterator[V]:
        for start in range(0, len(self), _STEP):
            some: Any = slice(start, start + _STEP)
            if self._rows is not None:
                some = self._rows[some]
            yield from map(_plain, self._values[some].tolist())


class _Items(ItemsView[str, V]):
    def __init__(self, source: ByPerson[V]) -> None:
        super().__init__(source)
        self._source = source

    def __iter__(self) -> Iterator[tuple[str, V]]:
        return zip(self._source, self._source._listed(), strict=True)


class _Values(ValuesView[V]):
    def __init__(self, source: ByPerson[V]) -> None:
        super().__init__(source)
        self._source = source

    def __iter__(self) -> Iterator[V]:
        return self._source._listed()


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _pieces(rows: NDArray[np.intp]) -> Iterator[int]:
    for start in range(0, len(rows), _STEP):
        yield from rows[start : start + _STEP].tolist()
