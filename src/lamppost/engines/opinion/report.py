"""The landscape as `lamppost landscape --json` writes it: a few keys that stay as they are."""

from __future__ import annotations

from typing import Any

from lamppost.engines.opinion.records import CommonGround, Landscape, OpinionGroup


def stable_record(found: Landscape) -> dict[str, Any]:
    """Return a landscape under keys that later versions keep.

    Parameters
    ----------
    found : Landscape

    Returns
    -------
    dict
        ``participants``, ``statements``, ``votes`` (numbers), ``mode``, ``seed``, ``pattern``,
        ``settled``, ``groups``, ``membership``, ``common_ground``, ``completeness``,
        ``warnings``; beside them ``evidence``, ``prediction`` and ``undecided``, which later
        versions may widen. docs/reference/landscape-json.md says what each holds.
    """
    return {
        "participants": found.participants,
        "statements": found.statements,
        "votes": found.votes,
        "mode": found.mode,
        "seed": found.seed,
        "pattern": found.pattern,
        "settled": found.settled,
        "groups": [_group(group) for group in found.groups],
        "membership": {
            participant: {"group": group, "probability": found.probability.get(participant)}
            for participant, group in found.membership.items()
        },
        "common_ground": [_ground(item) for item in found.common_ground],
        "completeness": found.completeness,
        "warnings": [{"code": one.code, "message": one.message} for one in found.warnings],
        **_wider(found),
    }


def _group(group: OpinionGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "size": group.size,
        "stability": group.stability,
        "representative": [
            {
                "statement": item.statement,
                "direction": item.direction,
                "agree": item.agree,
                "low": item.low,
                "high": item.high,
            }
            for item in group.representative
        ],
    }


def _ground(item: CommonGround) -> dict[str, Any]:
    return {
        "statement": item.statement,
        "score": item.score,
        "low": item.low,
        "high": item.high,
        "votes": item.votes,
    }


def _wider(found: Landscape) -> dict[str, Any]:
    whole = found.to_json()
    return {name: whole[name] for name in ("evidence", "prediction", "undecided")}
