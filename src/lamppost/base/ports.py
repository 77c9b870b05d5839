"""Ports: how an earlier stage asks for what only a later stage can know.

An earlier stage defines a port in its ``ports.py``; a later stage registers a function in its
``AppConfig.ready()``. Ports run in the caller's transaction. ``docs/ports.md`` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

ALL_PORTS: dict[str, Port[..., object]] = {}


class Port(Generic[P, R]):
    """A named, typed list of functions that later stages fill.

    Parameters
    ----------
    name
        ``"<app>.<port>"``, as listed in ``docs/ports.md``.
    doc
        One sentence: what is asked, and when.
    """

    def __init__(self, name: str, doc: str) -> None:
        if name in ALL_PORTS:
            raise ValueError(f"port {name} is defined twice")
        self.name = name
        self.doc = doc
        self._functions: list[Callable[P, R]] = []
        ALL_PORTS[name] = self  # type: ignore[assignment]

    def register(self, function: Callable[P, R]) -> Callable[P, R]:
        """Add `function`; registering the same one again changes nothing."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def __iter__(self) -> Iterator[Callable[P, R]]:
        return iter(tuple(self._functions))

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Call every registered function, in order of registration, and return their answers."""
        return [function(*args, **kwargs) for function in self]
