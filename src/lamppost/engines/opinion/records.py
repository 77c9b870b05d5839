"""The landscape: everything a page needs about one conversation, as plain frozen records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from lamppost.engines.core.errors import EngineError

FORMAT = "lamppost.landscape/2"
EARLIER_FORMAT = "lamppost.landscape/1"


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
        90 % interval of the share, by the method that the landscape names.
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
    consensus_low, consensus_high : float or None
        Its 90 % interval; None without groups, and in landscapes kept by an earlier version.
    """

    statement: int
    moderation: int
    is_meta: bool
    position: tuple[float, float]
    extremity: float
    everyone: ShareCount
    groups: tuple[ShareCount, ...]
    consensus: float | None
    consensus_low: float | None = None
    consensus_high: float | None = None


@dataclass(frozen=True)
class RepresentativeStatement:
    """A statement that sets a group apart from everybody else.

    Attributes
    ----------
    statement : int
    direction : str
        ``"agree"`` or ``"disagree"``: which of the two is typical for the group.
    count, seen : int
        Votes of that direction, and votes of all kinds, in the group.
    agree, low, high : float
        Share of the group that agrees, with its 90 % interval.
    q : float or None
        Honest mode: false-discovery rate at which it would still be listed.
    share, share_test, ratio, ratio_test : float or None
        Polis mode: see `representative.Representative`.
    best_agree : bool
        Polis mode: chosen first as the statement that the group agrees with best.
    """

    statement: int
    direction: str
    count: int
    seen: int
    agree: float
    low: float
    high: float
    q: float | None = None
    share: float | None = None
    share_test: float | None = None
    ratio: float | None = None
    ratio_test: float | None = None
    best_agree: bool = False


@dataclass(frozen=True)
class OpinionGroup:
    """One opinion group, or one side of a spectrum.

    Attributes
    ----------
    id : int
        From 0.
    size : int
        People.
    representative : tuple of RepresentativeStatement
        What is typical of it.
    stability : float or None
        Mean overlap (Jaccard) with itself in replicates, 0 to 1; None in Polis mode.
    """

    id: int
    size: int
    representative: tuple[RepresentativeStatement, ...]
    stability: float | None = None


@dataclass(frozen=True)
class CommonGround:
    """A statement that more than half of every group agrees with.

    Attributes
    ----------
    rank : int
        1 is the best.
    statement : int
    score : float
        Consensus over the groups, 0 to 1. Polis mode: the product of smoothed shares, comparable
        within one landscape only. Honest mode: see `ground`.
    votes : int
        Votes of all kinds by people with a group; by everybody where there are no groups.
    floor : float
        The lowest lower bound over the groups: the least that every group's share may be.
    groups : tuple of ShareCount
        Each group's share with low and high.
    low, high : float
        90 % interval of the score.
    """

    rank: int
    statement: int
    score: float
    votes: int
    floor: float
    groups: tuple[ShareCount, ...]
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class UndecidedStatement:
    """A statement of which it is open whether every group agrees.

    Attributes
    ----------
    statement : int
    group : int or None
        The group whose answer is most open; None where there are no groups.
    share, low, high : float
        That group's share of agreement with its 90 % interval around one half.
    votes : int
        Votes of all groups so far.
    more_votes : int or None
        About how many more would settle it, if the shares stay where they are; None when it may
        stay near one half for good.
    """

    statement: int
    group: int | None
    share: float
    low: float
    high: float
    votes: int
    more_votes: int | None


@dataclass(frozen=True)
class PatternEvidence:
    """Why the honest mode speaks of no pattern, of a spectrum, or of groups.

    Attributes
    ----------
    p_value : float or None
        Of "all that people differ in is how readily they agree", by sign flips.
    half_correlation, half_threshold : float or None
        Correlation of people's places from two halves of the statements, and the 95 % point of
        that correlation where people differ in that readiness alone.
    groups_p_value : float or None
        Of "opinions lie on a continuum", by fitted continua.
    reason : str
        Code of what decided; see docs/explanation/opinion-pattern.md.
    """

    p_value: float | None
    half_correlation: float | None
    half_threshold: float | None
    groups_p_value: float | None
    reason: str


@dataclass(frozen=True)
class PredictionFigures:
    """How well hidden votes were foretold; see `prediction`.

    Attributes
    ----------
    hidden : int
        Votes that were hidden.
    right, right_by_popularity : float
        Share of agree and disagree votes foretold rightly, and the same by knowing only how
        popular each statement is.
    rmse, rmse_by_popularity : float
        Root mean squared errors on votes coded 1, 0, -1.
    model : str
    """

    hidden: int
    right: float
    right_by_popularity: float
    rmse: float
    rmse_by_popularity: float
    model: str


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
        ``"honest"`` or ``"polis"``.
    seed : int
        Of what is drawn by chance; the Polis mode draws nothing.
    groups : tuple of OpinionGroup
        Groups, or the two sides of a spectrum (see ``pattern``). Empty when none can be told;
        ``warnings`` then say why.
    membership : mapping of str to int
        Group of each grouped participant.
    positions : mapping of str to (float, float)
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
    pattern : str
        ``"none"``, ``"spectrum"`` or ``"groups"``. The Polis mode always says groups.
    settled : bool
        Whether the groups would very likely be found again; False where that was not tested.
    probability : mapping of str to float
        How often each grouped participant falls into the same group in replicates.
    evidence : PatternEvidence or None
    completeness : float or None
        Share of hidden votes whose direction was foretold rightly.
    prediction : PredictionFigures or None
    undecided : tuple of UndecidedStatement
        What needs more votes, the most wanting first.
    """

    participants: int
    statements: int
    votes: int
    in_conversation: int
    mode: str
    seed: int
    groups: tuple[OpinionGroup, ...]
    membership: Mapping[str, int]
    positions: Mapping[str, tuple[float, float]]
    results: tuple[StatementResult, ...]
    common_ground: tuple[CommonGround, ...]
    dividing: tuple[DividingStatement, ...]
    majority_agree: tuple[MajorityResult, ...]
    majority_disagree: tuple[MajorityResult, ...]
    silhouettes: tuple[tuple[int, float], ...]
    interval_method: str
    interval_level: float
    warnings: tuple[LandscapeWarning, ...]
    pattern: str = "none"
    settled: bool = False
    probability: Mapping[str, float] = field(default_factory=dict)
    evidence: PatternEvidence | None = None
    completeness: float | None = None
    prediction: PredictionFigures | None = None
    undecided: tuple[UndecidedStatement, ...] = ()

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
            if data["format"] == EARLIER_FORMAT:
                data = _from_earlier(data)
            elif data["format"] != FORMAT:
                raise ValueError(data["format"])
            return _landscape(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineError(
                "opinion.landscape.bad_json",
                f"This is not a landscape that this version can read ({error!r}). "
                "Compute the landscape again.",
                {"detail": repr(error)},
            ) from error


def _from_earlier(data: Mapping[str, Any]) -> dict[str, Any]:
    """A landscape of the first format, which knew the Polis mode alone, as one of this format."""
    counts = {item["statement"]: item["groups"] for item in data["results"]}
    groups = [
        {**group, "representative": [_typical(counts, group["id"], item) for item in chosen]}
        for group in data["groups"]
        for chosen in [group["representative"]]
    ]
    return {**data, "groups": groups, "pattern": "groups" if groups else "none"}


def _typical(
    counts: Mapping[int, list[dict[str, Any]]], group: int, item: dict[str, Any]
) -> dict[str, Any]:
    own = next(share for share in counts[item["statement"]] if share["group"] == group)
    return {**item, "agree": own["share"] or 0.0, "low": own["low"], "high": own["high"]}


def _plain(value: Any) -> Any:
    """Value as JSON types: records become dicts, tuples become lists."""
    if hasattr(value, "__dataclass_fields__"):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
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


def _optional(kind: Callable[..., Any], data: Mapping[str, Any] | None) -> Any:
    return None if data is None else kind(**data)


def _landscape(data: Mapping[str, Any]) -> Landscape:
    # The second has been in landscapes that are kept, always empty.
    without = ("format", "effective_participants")
    plain = {key: value for key, value in data.items() if key not in without}
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
        "probability": dict(data.get("probability", {})),
        "undecided": tuple(UndecidedStatement(**item) for item in data.get("undecided", ())),
        "evidence": _optional(PatternEvidence, data.get("evidence")),
        "prediction": _optional(PredictionFigures, data.get("prediction")),
    }
    return Landscape(**{**plain, **parts})
