"""What a reader can compute about hidden counts, and what else to hide against it.

A table with totals is a network: each row and each column (and the row and the column of
totals) is a node, each count an edge between its row and its column. Hidden counts can only
change together along closed walks of hidden edges, so the range that a reader can compute for
a hidden count is a maximum flow (Cox, J. Am. Stat. Assoc. 90(432), 1995, section 3), and the
cheapest further counts to hide are a shortest path (Kelly, Golden and Assad, Networks 22(4),
1992).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import heappop, heappush

# A reader knows that a hidden count is not zero, since zeros are published.
LEAST_HIDDEN = 1
UNLIMITED = 1 << 60

# (is it a row, its number)
Node = tuple[bool, int]


@dataclass(frozen=True)
class Edge:
    """One count of the table: a cell (`sign` +1), a row or column total (-1), the total (+1)."""

    row: int
    column: int
    value: int
    sign: int
    cost: int

    def room(self, *, forward: bool) -> int:
        """How far the count can move when `forward` (row to column) flow is added."""
        grows = forward == (self.sign > 0)
        return UNLIMITED if grows else self.value - LEAST_HIDDEN


class Network:
    """The counts of one table as edges between rows and columns."""

    def __init__(self, edges: Sequence[Edge]) -> None:
        self.edges = tuple(edges)
        self._at_row: dict[int, list[int]] = {}
        self._at_column: dict[int, list[int]] = {}
        for number, edge in enumerate(self.edges):
            self._at_row.setdefault(edge.row, []).append(number)
            self._at_column.setdefault(edge.column, []).append(number)

    def range_width(self, target: int, hidden: AbstractSet[int], enough: int) -> int:
        """Width of the range that a reader can compute for `target`, at most `enough`.

        The range is that of all tables with the same published counts whose hidden counts are
        at least 1. Whole numbers: a width of 0 means that the count can be computed exactly.
        """
        grow = self._most_flow(target, hidden, enough, grows=True)
        if grow >= enough:
            return enough
        fall = min(enough - grow, self.edges[target].value - LEAST_HIDDEN)
        return grow + self._most_flow(target, hidden, fall, grows=False)

    def cheapest_cover(self, target: int, hidden: AbstractSet[int], room: int) -> list[int]:
        """Counts to hide so that `target` can grow by `room`; those hidden already cost nothing.

        Hiding the totals of its row and column and the total is always enough, so there is
        always an answer.
        """
        source, goal = self._ends(target, grows=True)
        best: dict[Node, int] = {source: 0}
        came: dict[Node, tuple[Node, int]] = {}
        queue = [(0, source)]
        while queue:
            cost, node = heappop(queue)
            if node == goal:
                break
            if cost > best[node]:
                continue
            for number, other in self._around(node, target):
                edge = self.edges[number]
                if edge.value == 0 or edge.room(forward=node[0]) < room:
                    continue
                further = cost + (0 if number in hidden else edge.cost)
                if further < best.get(other, UNLIMITED):
                    best[other], came[other] = further, (node, number)
                    heappush(queue, (further, other))
        return [number for number in _walk_back(came, goal, source) if number not in hidden]

    def _ends(self, target: int, *, grows: bool) -> tuple[Node, Node]:
        """Start and goal of the flow that balances a growing (or falling) `target`."""
        edge = self.edges[target]
        row, column = (True, edge.row), (False, edge.column)
        return (column, row) if grows == (edge.sign > 0) else (row, column)

    def _around(self, node: Node, target: int) -> Iterator[tuple[int, Node]]:
        is_row, index = node
        for number in (self._at_row if is_row else self._at_column)[index]:
            if number != target:
                edge = self.edges[number]
                yield number, (not is_row, edge.column if is_row else edge.row)

    def _most_flow(self, target: int, hidden: AbstractSet[int], enough: int, *, grows: bool) -> int:
        """Maximum flow by shortest augmenting paths, stopped at `enough`."""
        source, goal = self._ends(target, grows=grows)
        moved: dict[int, int] = {}  # net row-to-column flow on each edge
        total = 0
        while total < enough:
            came = self._augmenting_path(target, hidden, moved, source, goal)
            if goal not in came:
                break
            path = [(came[node][0], came[node][1]) for node in _nodes_back(came, goal, source)]
            step = min(self._left(number, node[0], moved) for node, number in path)
            step = min(step, enough - total)
            for node, number in path:
                moved[number] = moved.get(number, 0) + (step if node[0] else -step)
            total += step
        return total

    def _augmenting_path(
        self,
        target: int,
        hidden: AbstractSet[int],
        moved: dict[int, int],
        source: Node,
        goal: Node,
    ) -> dict[Node, tuple[Node, int]]:
        came: dict[Node, tuple[Node, int]] = {}
        frontier = [source]
        while frontier and goal not in came:
            following = []
            for node in frontier:
                for number, other in self._around(node, target):
                    new = other != source and other not in came
                    if new and number in hidden and self._left(number, node[0], moved) > 0:
                        came[other] = (node, number)
                        following.append(other)
            frontier = following
        return came

    def _left(self, number: int, forward: bool, moved: dict[int, int]) -> int:
        """Room left on an edge in one direction, after what has been moved."""
        already = moved.get(number, 0)
        return self.edges[number].room(forward=forward) - (already if forward else -already)


def _nodes_back(
    came: dict[Node, tuple[Node, int]],
    goal: Node,
    source: Node,
) -> Iterator[Node]:
    node = goal
    while node != source:
        yield node
        node = came[node][0]


def _walk_back(
    came: dict[Node, tuple[Node, int]],
    goal: Node,
    source: Node,
) -> list[int]:
    return [came[node][1] for node in _nodes_back(came, goal, source)]
