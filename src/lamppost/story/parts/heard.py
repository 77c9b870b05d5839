"""What we heard: questions, common ground, voices, and who was hardly heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.accounts.groups import Group
from lamppost.base.markup import plain_markdown
from lamppost.vision.landscape_words import (
    at_least,
    caution,
    group_name,
    headline,
    letter_of,
    percent,
)

from ..drawing import ground_charts
from ..records import Claim, Evidence, Heard, Part, Question, Table, Words
from .material import Material, Row, count, day
from .unusual import agreement, beside_charts, changed_headline, unusual_claim, unusual_of

GROUND_SHOWN = 4
APART_SHOWN = 2
QUOTES_SHOWN = 3
STATEMENTS_LISTED = 60
LONGEST_NOTE = 600
# Said in a sentence of their own, or of no use to a reader of the story.
NOT_REPEATED = {"opinion.no_common_ground", "opinion.few_votes_each"}


def heard(material: Material) -> Heard:
    """Return the first part."""
    questions = [_question(material, row) for row in material.rows("conversations")]
    people, people_anchor = _people(material)
    stories = _stories(material)
    lit = bool(material.rows("statements") or material.rows("landscapes") or stories)
    part = Part("heard", _("What we heard"), _headline(material), lit, tuple(_unknown(material)))
    return Heard(
        part=part,
        questions=tuple(questions),
        quotes=tuple(
            Words(row["text"], row.get("language") or "", _("Resident, shared with consent"))
            for row in stories[:QUOTES_SHOWN]
        ),
        people=tuple(people),
        hardly_heard=tuple(_hardly_heard(material)),
        hardly_heard_anchor=people_anchor,
    )


def _stories(material: Material) -> list[Row]:
    """Return the words that residents told; an objection answers a vision, and is no story."""
    return [row for row in material.rows("voices") if row["kind"] == "story"]


def _landscape(material: Material, conversation: str) -> Mapping[str, Any] | None:
    row = material.one("landscapes", "conversation", conversation)
    return row["result"] if row and row["result"].get("enough") else None


def _headline(material: Material) -> str:
    found = [
        (landscape, row["id"])
        for row in material.rows("conversations")
        if (landscape := _landscape(material, row["id"]))
    ]
    if found:
        largest, asked = max(found, key=lambda one: one[0]["votes"] or 0)
        return changed_headline(_landscape_headline(largest), unusual_of(material, asked))
    statements = len(material.rows("statements"))
    if statements:
        return ngettext(
            "%(count)s statement, and no picture of the votes yet",
            "%(count)s statements, and no picture of the votes yet",
            statements,
        ) % {"count": count(statements)}
    if stories := len(_stories(material)):
        return ngettext(
            "%(count)s story that a resident told", "%(count)s stories that residents told", stories
        ) % {"count": count(stories)}
    if material.rows("conversations"):
        return _("A question is asked; there is no answer to show yet")
    return _("Not known yet")


def _landscape_headline(landscape: Mapping[str, Any]) -> str:
    groups, ground = len(landscape["groups"]), len(landscape["common_ground"])
    if not groups or landscape["pattern"] == "spectrum":
        return _without_groups(landscape, ground)
    said = ngettext("%(count)s group of opinion", "%(count)s groups of opinion", groups) % {
        "count": count(groups)
    }
    if any(group["people"] is None for group in landscape["groups"]):
        return _("%(groups)s, one too small to say what all of them agree on") % {"groups": said}
    if not ground:
        return _("%(groups)s, and nothing yet that more than half of each agrees with") % {
            "groups": said
        }
    return ngettext(
        "%(groups)s, and %(count)s thing that more than half of each agrees with",
        "%(groups)s, and %(count)s things that more than half of each agrees with",
        ground,
    ) % {"groups": said, "count": count(ground)}


def _without_groups(landscape: Mapping[str, Any], ground: int) -> str:
    """What is said of a spectrum, of groups that are not settled, and of no pattern."""
    if not ground:
        return _("People answered; nothing is surely shared by more than half yet")
    if landscape["groups"]:
        return ngettext(
            "A spectrum of opinions, and %(count)s thing that both sides agree with",
            "A spectrum of opinions, and %(count)s things that both sides agree with",
            ground,
        ) % {"count": count(ground)}
    return ngettext(
        "%(count)s thing that more than half of everybody agrees with",
        "%(count)s things that more than half of everybody agrees with",
        ground,
    ) % {"count": count(ground)}


def _unknown(material: Material) -> list[str]:
    if not material.rows("conversations"):
        return [_("No question has been asked yet. Here will stand what people said, and where "
                  "they agree.")]  # fmt: skip
    if not material.rows("statements"):
        return [_("No statement may be shown yet: either nobody wrote one, or none is accepted.")]
    if not any(_landscape(material, row["id"]) for row in material.rows("conversations")):
        return [_("Fewer than ten people have voted, or the votes are not in this record, so we "
                  "cannot say where people agree.")]  # fmt: skip
    return []


def _question(material: Material, row: Row) -> Question:
    language = row.get("language") or ""
    words = Words(row["question"], language, row.get("asked_by") or "")
    statements = material.of("statements", "conversation", row["id"])
    landscape = _landscape(material, row["id"])
    unusual = unusual_of(material, row["id"]) if landscape else None
    anchor = material.add(_evidence(material, row, statements, landscape, unusual))
    texts = {one["number"]: Words(one["text"], one.get("language") or "") for one in statements}
    if landscape is None:
        claims = (
            [Claim(_statements_said(len(statements)), anchor, _("The statements"))]
            if statements
            else []
        )
        return Question(words, tuple(claims))
    ground, apart = ground_charts(
        landscape, texts, identity=row["id"], ground=GROUND_SHOWN, apart=APART_SHOWN
    )
    claims, beside = _claims(landscape, len(statements), anchor), None
    if unusual:
        claims.append(unusual_claim(material, row, landscape, unusual))
        drawn = (*landscape["common_ground"][:GROUND_SHOWN], *landscape["dividing"][:APART_SHOWN])
        beside = beside_charts(landscape, unusual, texts, drawn)
    return Question(words, tuple(claims), ground, apart, tuple(_cautions(landscape)), beside)


def _statements_said(number: int) -> str:
    return ngettext(
        "%(count)s statement may be shown.", "%(count)s statements may be shown.", number
    ) % {"count": count(number)}


def _claims(landscape: Mapping[str, Any], statements: int, anchor: str) -> list[Claim]:
    said = ngettext(
        "%(people)s people gave %(votes)s votes on %(count)s statement.",
        "%(people)s people gave %(votes)s votes on %(count)s statements.",
        statements,
    ) % {
        "people": _start(at_least(landscape["people"])),
        "votes": count(landscape["votes"] or 0),
        "count": count(statements),
    }
    shape = headline(
        landscape["pattern"],
        len(landscape["groups"]),
        settled=landscape["settled"],
        tested=landscape["mode"] != "polis",
    )
    link = _("Every statement with its votes")
    return [Claim(said, anchor, link), Claim(shape, anchor, link)]


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cautions(landscape: Mapping[str, Any]) -> list[str]:
    codes = [code for code in landscape["warnings"] if code not in NOT_REPEATED]
    said = [caution(code, {}) for code in codes]
    if any(group["people"] is None for group in landscape["groups"]):
        said.append(caution("opinion.small_group", {}))
    return [text for text in dict.fromkeys(said) if text]


def _evidence(
    material: Material,
    row: Row,
    statements: Sequence[Row],
    landscape: Mapping[str, Any] | None,
    unusual: Mapping[str, Any] | None,
) -> Evidence:
    anchor = f"evidence-votes-{row['id']}"
    opens, closes = row.get("opens_on"), row.get("closes_on")
    notes = [row["question"]]
    if opens and closes:
        notes.append(_("Open from %(from)s to %(to)s.") % {"from": day(opens), "to": day(closes)})
    elif opens:
        notes.append(_("Open since %(from)s.") % {"from": day(opens)})
    if row.get("background"):
        notes.append(_shortened(row["background"]))
    if row.get("decides"):
        notes.append(_("What the answers decide: %(what)s") % {"what": row["decides"]})
    listed = _ordered(statements, landscape)
    shown = listed[:STATEMENTS_LISTED]
    if len(shown) < len(listed):
        notes.append(
            _("%(shown)s of %(all)s statements are listed, those in the charts first.")
            % {"shown": count(len(shown)), "all": count(len(listed))}
        )
    without = unusual["without"] if unusual else None
    tables = [_statement_table(shown, landscape, without)] if shown else []
    return Evidence(
        anchor,
        _("Statements and votes"),
        tuple(notes),
        tuple(tables),
        material.pages.get(anchor, ""),
        _("The landscape of opinions"),
    )


def _shortened(text: str) -> str:
    words = plain_markdown(text)
    return words if len(words) <= LONGEST_NOTE else f"{words[:LONGEST_NOTE]} …"


def _ordered(statements: Sequence[Row], landscape: Mapping[str, Any] | None) -> list[Row]:
    first = [*landscape["common_ground"], *landscape["dividing"]] if landscape else []
    places = {number: place for place, number in reversed(list(enumerate(first)))}
    return sorted(
        statements, key=lambda one: (places.get(one["number"], len(first)), one["number"])
    )


def _statement_table(
    statements: Sequence[Row],
    landscape: Mapping[str, Any] | None,
    without: Mapping[str, Any] | None,
) -> Table:
    columns = [_("Number"), _("Statement")]
    results = {one["statement"]: one for one in landscape["statements"]} if landscape else {}
    names = _names(landscape) if landscape else []
    heads = [_("%(group)s: agree") % {"group": name} for name in names]
    if landscape:
        columns += [*heads, _("All: agree"), _("All: disagree"), _("Votes, at least")]
    if without:
        columns.append(_("Without the unusual votes: agree"))
    rest = agreement(without) if without else {}
    rows = []
    for one in statements:
        words = Words(one["text"], one.get("language") or "")
        cells: list[str | int | Words] = [str(one["number"]), words]
        if landscape:
            cells += _shares(results.get(one["number"]), len(names))
        if without:
            cells.append(rest.get(one["number"], _("not shown")))
        rows.append(tuple(cells))
    return Table(_("Statements, and the share who agree"), tuple(columns), tuple(rows))


def _names(landscape: Mapping[str, Any]) -> list[str]:
    return [
        group_name(letter_of(group["id"]), landscape["pattern"]) for group in landscape["groups"]
    ]


def _shares(result: Mapping[str, Any] | None, groups: int) -> list[str]:
    hidden = _("not shown")
    shares = result["shares"] if result else [None] * groups
    cells = [percent(share["agree"]) if share else hidden for share in shares]
    everyone = result["everyone"] if result else None
    if not everyone:
        return [*cells, hidden, hidden, hidden]
    votes = count(everyone["votes"])
    return [*cells, percent(everyone["agree"]), percent(everyone["disagree"]), votes]


def _people(material: Material) -> tuple[list[Claim], str]:
    """Return what may be said of who takes part, and the anchor of its evidence."""
    organisations = material.rows("stakeholders")
    counts = material.rows("stakeholder_counts")
    hardly = _hardly_rows(material)
    if not (organisations or counts or hardly):
        return [], ""
    tables = []
    if counts:
        tables.append(_count_table(counts))
    if organisations:
        tables.append(_organisation_table(organisations))
    if hardly:
        tables.append(_hardly_table(hardly))
    meetings = len(material.rows("meetings"))
    notes = []
    if meetings:
        notes.append(
            ngettext("%(count)s meeting was held.", "%(count)s meetings were held.", meetings)
            % {"count": count(meetings)}
        )
    notes.append(_("People are only counted, and small counts are hidden."))
    anchor = "evidence-people"
    material.add(
        Evidence(
            anchor,
            _("Who takes part"),
            tuple(notes),
            tuple(tables),
            material.pages.get(anchor, ""),
            _("Who takes part, on the site"),
        )
    )
    total = next((row["people"] for row in counts if row["group"] == "all"), None)
    return _people_claims(organisations, total, meetings, anchor), anchor


def _people_claims(
    organisations: Sequence[Row], total: int | None, meetings: int, anchor: str
) -> list[Claim]:
    named = ngettext(
        "%(count)s organisation takes part", "%(count)s organisations take part",
        len(organisations),
    ) % {"count": count(len(organisations))}  # fmt: skip
    if total:
        text = _("%(organisations)s, and %(people)s people with a role of their own.") % {
            "organisations": named,
            "people": _at_least(total),
        }
    elif organisations:
        text = f"{named}."
    else:
        return []
    return [Claim(text, anchor, _("Who takes part"))]


def _at_least(people: int) -> str:
    """Return a count that was released in steps; nobody is nobody."""
    return _("at least %(count)s") % {"count": count(people)} if people else count(people)


def _group(code: str) -> str:
    return str(Group(code).label) if code in Group.values else code


def _count_table(counts: Sequence[Row]) -> Table:
    rows = tuple(
        (
            _("All") if row["group"] == "all" else _group(row["group"]),
            _("hidden") if row.get("people") is None else _at_least(row["people"]),
        )
        for row in counts
    )
    return Table(_("People who take part"), (_("Group"), _("People")), rows)


def _organisation_table(organisations: Sequence[Row]) -> Table:
    rows = tuple((Words(row["name"]), _group(row["group"])) for row in organisations)
    return Table(_("Organisations that take part"), (_("Organisation"), _("Group")), rows)


def _hardly_table(rows: Sequence[Row]) -> Table:
    levels = {"nobody": _("nobody"), "few": _("fewer than half of the target")}
    return Table(
        _("Who is hardly heard"),
        (_("Who"), _("Takes part"), _("What the partnership says to that")),
        tuple(
            (_part_name(row), levels[row["level"]], Words(row.get("reason") or "")) for row in rows
        ),
    )


def _part_name(row: Row) -> str:
    return _group(row["value"]) if row["dimension"] == "group" else row["value"]


def _hardly_heard(material: Material) -> list[str]:
    return [_part_name(row) for row in _hardly_rows(material)]


def _hardly_rows(material: Material) -> list[Row]:
    """Return who is hardly heard; residents who voted were heard, listed by name or not."""
    voted = any(row["result"].get("enough") for row in material.rows("landscapes"))
    return [
        row for row in material.rows("hardly_heard") if not (voted and row["value"] == "resident")
    ]
