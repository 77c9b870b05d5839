"""The landscape: everything a page needs about one conversation, as plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from lamppost.engines.core.errors import EngineError

FORMAT = "lamppost.landscape/1"


@dataclass(frozen=True)
class LandscapeWarning:
    """What a reader must know before trusting the landscape.

    Attributes
    ----------
    code : str
        Stable dotted name, for translation.
    params : dict
        Numbers of the sentence.
    message : str
        The sentence in plain English.
    """

    code: str
    params: dict[str, int | str]
    message: str


@dataclass(frozen=True)
class ShareCount:
    """Votes on one statement, by everyone or by one group.

    Attributes
    ----------
    group : int or None
        Group id; None for all participants, those without a group included.
    agree, disagree, passes, seen : int
        Votes of each kind, and of all three kinds.
    share : float or None
        ``agree / seen``; None when nobody voted.
    low, high : float
        90 % Wilson interval of the share; 0 and 1 when nobody voted.
    """

    group: int | None
    agree: int
    disagree: int
    passes: int
    seen: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True)
class StatementResult:
    """One statement on the map, with its votes.

    Attributes
    ----------
    statement : int
        Statement id.
    moderation : int
        1 accepted, 0 not moderated, -1 rejected.
    is_meta : bool
    position : tuple of float
        Where someone who only agreed with this statement would stand.
    extremity : float
        Length of the position: how much the statement separates people.
    everyone : ShareCount
    groups : tuple of ShareCount
        One for each group, in the order of ``Landscape.groups``.
    consensus : float or None
        Group-informed consensus; None without groups.
    """

    statement: int
    moderation: int
    is_meta: bool
    position: tuple[float, float]
    extremity: float
    everyone: ShareCount
    groups: tuple[ShareCount, ...]
    consensus: float | None


@dataclass(frozen=True)
class RepresentativeStatement:
    """A statement that sets a group apart; see `representative.Representative`."""

    statement: int
    direction: str
    count: int
    seen: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float
    best_agree: bool


@dataclass(frozen=True)
class OpinionGroup:
    """One opinion group: id from 0, number of people, what is typical of it."""

    id: int
    size: int
    representative: tuple[RepresentativeStatement, ...]


@dataclass(frozen=True)
class CommonGround:
    """A statement that more than half of every group agrees with.

    Attributes
    ----------
    rank : int
        1 is the best.
    statement : int
    score : float
        Group-informed consensus, 0 to 1; comparable within one landscape only.
    votes : int
        Votes of all kinds by people with a group.
    floor : float
        The lowest lower bound over the groups: the least that every group's share may be.
    groups : tuple of ShareCount
        Each group's share with low and high.
    """

    rank: int
    statement: int
    score: float
    votes: int
    floor: float
    groups: tuple[ShareCount, ...]


@dataclass(frozen=True)
class DividingStatement:
    """A statement on which the groups differ.

    Attributes
    ----------
    rank : int
        1 is the largest difference.
    statement : int
    difference : float
        Largest minus smallest smoothed agree share over the groups.
    most_agreeing, least_agreeing : int
        Group ids.
    groups : tuple of ShareCount
    """

    rank: int
    statement: int
    difference: float
    most_agreeing: int
    least_agreeing: int
    groups: tuple[ShareCount, ...]


@dataclass(frozen=True)
class MajorityResult:
    """A statement that most of all participants agree, or disagree, with."""

    statement: int
    direction: str
    share: float
    test: float


@dataclass(frozen=True)
class Landscape:
    """Opinion groups, map and common ground of one conversation.

    Attributes
    ----------
    participants, statements, votes : int
        Size of the matrix and its votes, rejected statements included.
    in_conversation : int
        People with enough votes to be grouped.
    mode : str
        ``"polis"``.
    seed : int
        Recorded; the Polis mode draws nothing by chance.
    groups : tuple of OpinionGroup
        Empty when no groups can be told; ``warnings`` then say why.
    membership : dict of str to int
        Group of each grouped participant.
    positions : dict of str to (float, float)
        Place of every participant on the map, no unit.
    results : tuple of StatementResult
        Every statement, in the order of the matrix.
    common_ground : tuple of CommonGround
        Best first.
    dividing : tuple of DividingStatement
        Largest difference first.
    majority_agree, majority_disagree : tuple of MajorityResult
        What most of all participants share, whatever their group.
    silhouettes : tuple of (int, float)
        Numbers of groups tried, each with its mean silhouette.
    interval_method, interval_level : str, float
        How every ``low`` and ``high`` is made.
    warnings : tuple of LandscapeWarning
    """

    participants: int
    statements: int
    votes: int
    in_conversation: int
    mode: str
    seed: int
    groups: tuple[OpinionGroup, ...]
    membership: dict[str, int]
    positions: dict[str, tuple[float, float]]
    results: tuple[StatementResult, ...]
    common_ground: tuple[CommonGround, ...]
    dividing: tuple[DividingStatement, ...]
    majority_agree: tuple[MajorityResult, ...]
    majority_disagree: tuple[MajorityResult, ...]
    silhouettes: tuple[tuple[int, float], ...]
    interval_method: str
    interval_level: float
    warnings: tuple[LandscapeWarning, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and texts; `from_json` gives an equal landscape back."""
        return {"format": FORMAT, **_plain(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Landscape:
        """Landscape from what `to_json` gave, directly or through a JSON text.

        Raises
        ------
        EngineError
            ``opinion.landscape.bad_json`` when it is not such a record.
        """
        try:
            if data["format"] != FORMAT:
                raise ValueError(data["format"])
            return _landscape(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineError(
                "opinion.landscape.bad_json",
                f"This is not a landscape that this version can read ({error!r}). "
                "Compute the landscape again.",
                {"detail": repr(error)},
            ) from error


def _plain(value: Any) -> Any:
    """Value as JSON types: records become dicts, tuples become lists."""
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _shares(data: list[dict[str, Any]]) -> tuple[ShareCount, ...]:
    return tuple(ShareCount(**item) for item in data)


def _statement(data: dict[str, Any]) -> StatementResult:
    x, y = data["position"]
    parts = {
        "position": (x, y),
        "everyone": ShareCount(**data["everyone"]),
        "groups": _shares(data["groups"]),
    }
    return StatementResult(**{**data, **parts})


def _group(data: dict[str, Any]) -> OpinionGroup:
    typical = tuple(RepresentativeStatement(**item) for item in data["representative"])
    return OpinionGroup(**{**data, "representative": typical})


def _landscape(data: Mapping[str, Any]) -> Landscape:
    plain = {key: value for key, value in data.items() if key != "format"}
    ground = [{**item, "groups": _shares(item["groups"])} for item in data["common_ground"]]
    apart = [{**item, "groups": _shares(item["groups"])} for item in data["dividing"]]
    parts: dict[str, Any] = {
        "groups": tuple(_group(item) for item in data["groups"]),
        "membership": dict(data["membership"]),
        "positions": {key: (x, y) for key, (x, y) in data["positions"].items()},
        "results": tuple(_statement(item) for item in data["results"]),
        "common_ground": tuple(CommonGround(**item) for item in ground),
        "dividing": tuple(DividingStatement(**item) for item in apart),
        "majority_agree": tuple(MajorityResult(**item) for item in data["majority_agree"]),
        "majority_disagree": tuple(MajorityResult(**item) for item in data["majority_disagree"]),
        "silhouettes": tuple((k, score) for k, score in data["silhouettes"]),
        "warnings": tuple(LandscapeWarning(**item) for item in data["warnings"]),
    }
    return Landscape(**{**plain, **parts})
