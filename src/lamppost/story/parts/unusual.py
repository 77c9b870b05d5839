"""What unusual votes come to, beside what the story says of opinions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lamppost.vision.landscape_words import (
    at_least,
    headline,
    letter_of,
    list_name,
    percent,
)

from ..records import Cell, Claim, Evidence, Table, Words
from .material import Material, Row, count

Json = Mapping[str, Any]


def unusual_of(material: Material, conversation: str) -> Json | None:
    """Return what `vision.queries.unusual` tells of a question's votes; None without any."""
    row = material.one("landscapes", "conversation", conversation)
    return (row.get("unusual") or None) if row else None


def changed_headline(text: str, unusual: Json | None) -> str:
    """Return a headline that says so when it would be another without the unusual votes."""
    if unusual is None or not unusual["changes"]:
        return text
    return _("%(headline)s; it would be another without unusual votes") % {"headline": text}


def unusual_claim(material: Material, row: Row, landscape: Json, unusual: Json) -> Claim:
    """Put the comparison into the appendix and say in a sentence what it comes to."""
    anchor = f"evidence-unusual-{row['id']}"
    without = unusual["without"]
    notes = [row["question"], _sentence(unusual)]
    if not without:
        notes.append(
            _("The numbers without them are not shown: fewer than ten people gave them, or "
              "answered most statements, so the difference would tell how they voted.")
        )  # fmt: skip
    notes.append(_("That they look unusual is no proof of fraud. No vote is deleted for it."))
    material.add(
        Evidence(
            anchor,
            _("Can these votes be trusted"),
            tuple(notes),
            (_both(landscape, without),) if without else (),
            material.pages.get(anchor, ""),
            _("The landscape of opinions"),
        )
    )
    return Claim(_sentence(unusual), anchor, _("With and without the unusual votes"))


def _sentence(unusual: Json) -> str:
    without = unusual["without"]
    if not without:
        if unusual["changes"]:
            return _("Some votes look unusual, and the conclusion depends on them: without them it "
                     "would be another.")  # fmt: skip
        return _("Some votes look unusual. The conclusion is the same without them.")
    numbers = {
        "flagged": at_least(unusual["people"]),
        "people": at_least(without["people"]),
        "votes": count(without["votes"] or 0),
    }
    if unusual["changes"]:
        said = _("Without the unusual votes of %(flagged)s people the conclusion is another: of "
                 "%(people)s people with %(votes)s votes, this is the picture: "
                 "%(picture)s")  # fmt: skip
        return said % {**numbers, "picture": _picture(without)}
    return _("Without the unusual votes of %(flagged)s people (%(people)s people with %(votes)s "
             "votes are left) the conclusion is the same.") % numbers  # fmt: skip


def _picture(landscape: Json) -> str:
    return headline(
        landscape["pattern"],
        len(landscape["groups"]),
        settled=landscape["settled"],
        tested=landscape["mode"] != "polis",
    )


def _both(every: Json, without: Json) -> Table:
    sides = (every, without)

    def row(name: str, *cells: str) -> tuple[str, ...]:
        return (name, *cells)

    lists = [
        row(list_name(name, every["pattern"]), *(count(len(side[key])) for side in sides))
        for name, key in (("ground", "common_ground"), ("dividing", "dividing"))
    ]
    return Table(
        _("The result with all votes, and without the unusual ones"),
        (_("What is said"), _("All votes"), _("Without the unusual ones")),
        (
            row(_("People"), *(at_least(side["people"]) for side in sides)),
            row(_("Votes"), *(at_least(side["votes"]) for side in sides)),
            row(_("The picture"), *(_picture(side) for side in sides)),
            *lists,
        ),
    )


def beside_charts(
    landscape: Json, unusual: Json, texts: Mapping[int, Words], numbers: Sequence[int]
) -> Table | None:
    """Return who agrees with the statements of the charts, in both results."""
    if not unusual["without"]:
        return None
    sides = [agreement(landscape), agreement(unusual["without"])]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (texts[number], *(side.get(number, _("not shown")) for side in sides))
        for number in dict.fromkeys(numbers)
        if number in texts and any(number in side for side in sides)
    )
    if not rows:
        return None
    return Table(
        _("Who agrees, with all votes and without the unusual ones"),
        (_("Statement"), _("All votes"), _("Without the unusual ones")),
        rows,
    )


def agreement(landscape: Json) -> dict[int, str]:
    """Return the released shares that agree, by statement: of each group, else of everybody.

    A group bears the letter of the one with which it shares most people, so the letters of two
    results may be compared.
    """
    letters = [letter_of(group["id"]) for group in landscape["groups"]]
    found = {}
    for one in landscape["statements"]:
        told = [
            # Kept on one line: the number belongs to the letter before it.
            f"{letter} {percent(share['agree'])}".replace(" ", "\N{NO-BREAK SPACE}")
            for letter, share in zip(letters, one["shares"], strict=True)
            if share
        ]
        if one["everyone"] and not told:
            told = [percent(one["everyone"]["agree"])]
        if told:
            found[one["statement"]] = ", ".join(told)
    return found
