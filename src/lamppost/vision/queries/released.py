"""What of a landscape is released: one rule for the page, the open data, the story, the exports.

Everything here is a function of the stored result and of which statements may be shown. Shares
are coarse where few voted, and every range is computed from the released share and the released
number of votes alone, so that it says nothing that they do not say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count

from .lists import common_ground, dividing, undecided

PUBLIC_FORMAT = "lamppost.landscape.public/2"
EARLIER_FORMAT = "lamppost.landscape.public/1"
# Percent between two shares that can be released, from so many votes on: wide enough that at
# least two numbers of people lie behind each.
STEPS = ((200, 1), (100, 2), (40, 5), (20, 10), (0, 25))
# Of a warning's numbers, those that belong to the method; all others count people.
TOLD_NUMBERS = {"opinion.few_votes_each": ("needed",)}


NOT_HIDDEN: Mapping[str, Collection[int]] = MappingProxyType({})


def groups_released(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the groups of a stored landscape that may be spoken of: those that are settled.

    Polis' are never tested; they are shown as what they are, for comparison.
    """
    tested = result.get("mode", "polis") != "polis"
    found: Sequence[Mapping[str, Any]] = result["groups"]
    return found if result.get("settled") or not tested else []


def released(
    result: Mapping[str, Any],
    shown: Collection[int],
    hidden: Mapping[str, Collection[int]] = NOT_HIDDEN,
) -> dict[str, Any]:
    """Return the public part of a stored landscape, as plain JSON.

    Parameters
    ----------
    result
        What `engines.opinion.Landscape.to_json` gave, or a public part already.
    shown
        Numbers of the statements that may be shown; nothing is said of the others.
    hidden
        What may not stand beside another result (`apart.hidden_beside`): numbers of statements
        of which only ``everyone`` is told, and those of which ``nothing`` is.

    Notes
    -----
    Counts move in steps ("at least"). A share is left out where fewer than ten people of a group
    voted; everyone's also where any part of everyone (a group, or the people without one) is that
    small. Common ground, what divides and what is undecided follow from the released numbers
    alone (`queries.lists`), so that no list says more than they do. Groups that are not settled
    are not released at all: then everything is everybody's.
    """
    if result.get("format") == PUBLIC_FORMAT:
        return dict(result)
    if result.get("format") == EARLIER_FORMAT:
        return _from_earlier(result)
    if result["participants"] < DEFAULT_THRESHOLD:
        return {"format": PUBLIC_FORMAT, "enough": False}
    mode = result.get("mode", "polis")
    settled = bool(result.get("settled"))
    groups = groups_released(result)
    statements = [
        _kept_apart(_statement(item, grouped=bool(groups)), hidden)
        for item in result["results"]
        if item["statement"] in shown
    ]
    usable = [row for row in statements if not row["is_meta"]]
    return {
        "format": PUBLIC_FORMAT,
        "enough": True,
        "mode": mode,
        "pattern": result.get("pattern") or ("groups" if groups else "none"),
        "settled": settled,
        "people": release_count(result["participants"]),
        "votes": release_count(result["votes"]),
        "groups": [_group(place, group, statements) for place, group in enumerate(groups)],
        "statements": statements,
        "common_ground": common_ground(usable, tested=mode != "polis"),
        "dividing": dividing(usable),
        "undecided": undecided(usable) if mode != "polis" else [],
        "completeness": _completeness(result.get("prediction")),
        # Codes alone: their numbers may be small counts.
        "warnings": sorted({item["code"] for item in result["warnings"]}),
    }


def stored_without(integrity: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the stored landscape without the flagged votes, with its members.

    None where nobody, or fewer than ten people, are flagged, where it was not computed, and in a
    report of the first format, which did not look at what could be subtracted.
    """
    if not integrity or not integrity["without"] or "hidden" not in integrity:
        return None
    if release_count(int(integrity["left_out"])) is None:
        return None
    members = {name: integrity.get(name, {}) for name in ("membership", "positions")}
    return {**integrity["without"], **members}


def released_without(
    integrity: Mapping[str, Any] | None, shown: Collection[int]
) -> dict[str, Any] | None:
    """Return what `released` gives for the votes that are not flagged; None as `stored_without`.

    None too where of most statements nothing may be told beside the whole: lists of the few that
    are left would say less than they seem to.
    """
    result = stored_without(integrity)
    if integrity is None or result is None:
        return None
    hidden = set(integrity["hidden"].get("nothing", ()))
    if 2 * len(hidden.intersection(shown)) > len(shown):
        return None
    record = released(result, shown, integrity["hidden"])
    return record if record["enough"] else None


def _from_earlier(result: Mapping[str, Any]) -> dict[str, Any]:
    """A public part of the first format, which knew Polis' groups alone."""
    if not result["enough"]:
        return {"format": PUBLIC_FORMAT, "enough": False}
    groups = [{**group, "stability": None, "typical": []} for group in result["groups"]]
    return {
        **result,
        "format": PUBLIC_FORMAT,
        "mode": "polis",
        "pattern": "groups" if groups else "none",
        "settled": False,
        "groups": groups,
        "undecided": [],
        "completeness": None,
    }


def _group(
    place: int, group: Mapping[str, Any], statements: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What is said of a group: how many, how firm to a tenth, and what is typical of it."""
    told = {row["statement"] for row in statements if row["shares"][place] is not None}
    people = release_count(group["size"])
    stability = group.get("stability")
    return {
        "id": group["id"],
        "people": people,
        "stability": None if stability is None or people is None else round(stability, 1),
        "typical": [
            {"statement": item["statement"], "direction": item["direction"]}
            for item in group.get("representative", ())
            if item["statement"] in told
        ],
    }


def _completeness(prediction: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Shares of hidden votes foretold rightly, as coarse as other shares of so many votes."""
    if prediction is None:
        return None
    hidden = prediction["hidden"]
    shares = [
        released_share(agree=round(prediction[name] * hidden), disagree=0, seen=hidden)
        for name in ("right", "right_by_popularity")
    ]
    if shares[0] is None or shares[1] is None:
        return None
    return {
        "right": shares[0]["agree"],
        "right_by_popularity": shares[1]["agree"],
        "hidden": shares[0]["votes"],
    }


def told_numbers(code: str, params: Mapping[str, int | str]) -> dict[str, int | str]:
    """Return those numbers of a warning that may be public: never a count of people."""
    return {name: params[name] for name in TOLD_NUMBERS.get(code, ()) if name in params}


def released_share(*, agree: int, disagree: int, seen: int) -> dict[str, Any] | None:
    """Return the shares of `seen` votes as they may be public; None below ten.

    Both are rounded to a step that depends on the released number of votes; a tie goes to
    disagreement, so that the two are never above one together.
    """
    votes = release_count(seen)
    if votes is None:
        return None
    step = next(step for least, step in STEPS if votes >= least)
    # A tie goes down for agree and up for disagree.
    shown = -((seen * step - 200 * agree) // (2 * seen * step)) * step
    against = (200 * disagree + seen * step) // (2 * seen * step) * step
    low, high = range_of(shown, votes)
    return {
        "agree": shown / 100,
        "disagree": against / 100,
        "low": low,
        "high": high,
        "votes": votes,
    }


@lru_cache(maxsize=4096)
def range_of(percent: int, votes: int) -> tuple[float, float]:
    """Return the 90 % range of a released share, from what is released alone."""
    from lamppost.engines.opinion.shares import wilson_interval

    low, high = wilson_interval(percent * votes / 100, votes)
    return round(float(low), 2), round(float(high), 2)


def _statement(item: Mapping[str, Any], *, grouped: bool) -> dict[str, Any]:
    groups = item["groups"] if grouped else ()
    parts = [group["seen"] for group in groups]
    parts.append(item["everyone"]["seen"] - sum(parts))
    small = any(0 < votes < DEFAULT_THRESHOLD for votes in parts)
    return {
        "statement": item["statement"],
        "is_meta": item["is_meta"],
        "shares": [_share(group) for group in groups],
        "everyone": None if small else _share(item["everyone"]),
    }


def _kept_apart(row: dict[str, Any], hidden: Mapping[str, Collection[int]]) -> dict[str, Any]:
    """A statement without what could be subtracted from another result."""
    nothing = row["statement"] in hidden.get("nothing", ())
    if nothing or row["statement"] in hidden.get("everyone", ()):
        row["shares"] = [None] * len(row["shares"])
    if nothing:
        row["everyone"] = None
    return row


def _share(counts: Mapping[str, Any]) -> dict[str, Any] | None:
    return released_share(agree=counts["agree"], disagree=counts["disagree"], seen=counts["seen"])
