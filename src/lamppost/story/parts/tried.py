"""What we tried: technology, sites, what happened when, and what people said at the sites."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.pilots.models import LATE_DAYS, GateKind, Pilot

from ..drawing import RATING_LABELS, feedback_chart
from ..records import Cell, Claim, Evidence, Happening, Part, PilotTried, Table, Tried, Words
from .material import Material, Row, count, day, month

QUOTES_SHOWN = 3
WORDS_LISTED = 40
# Gates that a reader follows the pilot by; the rest stand in the appendix.
TOLD: dict[str, Callable[[], str]] = {
    "data_protection": lambda: _("Data protection is checked and signed."),
    "disclosure": lambda: _("A notice stands at every site: what is measured, and by whom."),
    "measuring": lambda: _("Measuring starts, before the technology does."),
    "technology": lambda: _("The technology is on."),
    "decision": lambda: _("The decision is taken."),
}
GATE_DAYS = {
    "data_protection": "data_protection_on",
    "disclosure": "disclosure_on",
    "measuring": "measuring_on",
    "technology": "technology_on",
    "decision": "decided_on",
}


def tried(material: Material) -> Tried:
    """Return the third part."""
    pilots = material.rows("pilots")
    told = tuple(_pilot(material, pilot) for pilot in pilots)
    unknown = () if pilots else (
        _("No pilot is in the record yet. Here will stand what was tried, where, and what was "
          "changed because of what people said."),
    )  # fmt: skip
    part = Part("tried", _("What we tried"), _headline(material), bool(told), unknown)
    return Tried(part, told)


def _headline(material: Material) -> str:
    pilots = material.rows("pilots")
    if not pilots:
        return _("Nothing tried yet")
    if len(pilots) > 1:
        return ngettext("%(count)s pilot", "%(count)s pilots", len(pilots)) % {
            "count": count(len(pilots))
        }
    with_it, without = _arms(material, pilots[0])
    if not with_it and not without:
        return str(pilots[0]["title"])
    said = ngettext("%(count)s place got it", "%(count)s places got it", len(with_it)) % {
        "count": count(len(with_it))
    }
    if not without:
        return _("%(said)s, and nothing was left as it was to compare") % {"said": said}
    return ngettext(
        "%(said)s, %(count)s was left as it was",
        "%(said)s, %(count)s were left as they were",
        len(without),
    ) % {"said": said, "count": count(len(without))}


def _arms(material: Material, pilot: Row) -> tuple[list[Row], list[Row]]:
    sites = material.of("sites", "pilot", pilot["id"])
    return (
        [site for site in sites if site["arm"] == "pilot"],
        [site for site in sites if site["arm"] == "comparison"],
    )


def _pilot(material: Material, pilot: Row) -> PilotTried:
    with_it, without = _arms(material, pilot)
    claims = [_what(material, pilot)]
    if with_it or without:
        claims.append(_places(material, pilot, with_it, without))
    happenings = _happenings(material, pilot)
    anchor = material.add(_gate_evidence(material, pilot, happenings)) if happenings else ""
    counts = material.of("feedback_counts", "pilot", pilot["id"])
    sites = {site["id"] for site in (*with_it, *without)}
    words = [
        row for row in material.rows("feedback") if row.get("site") in sites or not row.get("site")
    ]
    return PilotTried(
        title=pilot["title"],
        claims=tuple(claims),
        happenings=tuple(happenings),
        happenings_anchor=anchor,
        feedback=tuple(
            chart for row in counts if (chart := feedback_chart(row, identity=pilot["id"]))
        ),
        feedback_claim=_feedback(material, pilot, counts, words),
        quotes=tuple(_quotes(material, pilot, words)),
        data_note=_data_note(pilot),
    )


def _what(material: Material, pilot: Row) -> Claim:
    values = {
        "title": pilot["title"],
        "technology": pilot.get("technology") or "",
        "company": pilot.get("company") or "",
    }
    text = _("%(title)s.") % values
    if values["technology"] and values["company"]:
        text = _("%(title)s, with %(technology)s from %(company)s.") % values
    elif values["technology"]:
        text = _("%(title)s, with %(technology)s.") % values
    anchor = f"evidence-pilot-{pilot['id']}"
    facts = (
        (_("Problem"), pilot.get("problem")),
        (_("Who owns the problem"), pilot.get("owner_department")),
        (_("Technology"), pilot.get("technology")),
        (_("Supplied by"), pilot.get("company")),
        (_("What would make us stop"), pilot.get("stop_rule")),
        (_("Why there is no comparison"), pilot.get("no_comparison_reason")),
        (_("What is measured and kept"), pilot.get("measured_data")),
        (_("How long it is kept"), pilot.get("retention")),
        (_("Number with which the draw can be repeated"), pilot.get("lottery_seed")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (label, Words(str(value))) for label, value in facts if value not in (None, "")
    )
    tables = (Table(pilot["title"], (_("What"), _("As planned")), rows),) if rows else ()
    url = material.pages.get(anchor, "")
    material.add(Evidence(anchor, _("The pilot's plan"), (), tables, url, _("The pilot's page")))
    return Claim(text, anchor, _("The plan"))


def _places(
    material: Material, pilot: Row, with_it: Sequence[Row], without: Sequence[Row]
) -> Claim:
    anchor = f"evidence-sites-{pilot['id']}"
    arms = {"pilot": _("pilot site"), "comparison": _("comparison site")}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Words(site["name"]),
            arms[site["arm"]],
            Words(site.get("neighbourhood") or ""),
            Words(site.get("reason") or ""),
        )
        for site in (*with_it, *without)
    )
    columns = (_("Place"), _("Kind"), _("Neighbourhood"), _("Why this place"))
    material.add(
        Evidence(
            anchor,
            _("Sites"),
            (),
            (Table(_("Pilot sites and comparison sites"), columns, rows),),
            material.pages.get(anchor, ""),
            _("The sites on a map"),
        )
    )
    if not without:
        text = _("There are no comparison sites.")
    elif pilot.get("randomised"):
        text = _("The places were drawn by lot.")
    else:
        text = _("The places were chosen, not drawn by lot.")
    return Claim(text, anchor, _("Every site, and why"))


def _happenings(material: Material, pilot: Row) -> list[Happening]:
    told = [*_gates(material, pilot), *_changes(material, pilot), *_plans(material, pilot)]
    return sorted(told, key=lambda one: (one.day is None, one.day or dt.date.max))


def _gates(material: Material, pilot: Row) -> Iterator[Happening]:
    gates = {row["kind"]: row for row in material.of("gates", "pilot", pilot["id"])}
    for kind, said in TOLD.items():
        gate = gates.get(kind, {})
        when = pilot.get(GATE_DAYS[kind]) or gate.get("passed_on")
        if when:
            state = "lit" if when <= material.edition else "unlit"
            yield Happening(when, day(when), said(), note=_recorded(gate), state=state)


def _recorded(gate: Row) -> str:
    """Say when a gate was written down, where that is over a week after its date."""
    on = gate.get("recorded_on")
    if on is None or (on - gate["passed_on"]).days <= LATE_DAYS:
        return ""
    return _("Recorded on %(day)s, after the date that was given.") % {"day": day(on)}


def _changes(material: Material, pilot: Row) -> Iterator[Happening]:
    for change in material.of("changes", "pilot", pilot["id"]):
        note = ""
        if change.get("asked_by"):
            note = _("At least %(count)s answers asked for it.") % {
                "count": count(change["asked_by"])
            }
        when = change["changed_on"]
        yield Happening(
            when, day(when), "", said=change["you_said"], done=change["we_did"], note=note
        )


def _plans(material: Material, pilot: Row) -> Iterator[Happening]:
    """Yield what is still to come."""
    starts, ends = pilot.get("technology_starts_on"), pilot.get("ends_on")
    if starts and not pilot.get("technology_on"):
        yield Happening(
            starts, day(starts), _("The technology is planned to go on."), state="unlit"
        )
    if ends:
        over = ends <= material.edition
        text = _("The pilot ends.")
        yield Happening(ends, day(ends), text, state="lit" if over else "unlit")
    due = pilot.get("decision_due_on")
    if due and not material.one("decisions", "pilot", pilot["id"]):
        yield Happening(due, day(due), _("The decision is due."), state="unlit")


def _gate_evidence(material: Material, pilot: Row, happenings: Sequence[Happening]) -> Evidence:
    anchor = f"evidence-course-{pilot['id']}"
    gates = material.of("gates", "pilot", pilot["id"])
    labels = {kind.value: str(kind.label) for kind in GateKind}
    tables = []
    if gates:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                labels[gate["kind"]],
                day(gate["passed_on"]),
                day(gate["recorded_on"]) if gate.get("recorded_on") else "",
            )
            for gate in gates
        )
        columns: tuple[str, ...] = (_("Gate"), _("Passed on"), _("Recorded on"))
        tables.append(Table(_("Gates that were passed"), columns, rows))
    changes = [one for one in happenings if one.done]
    if changes:
        told: tuple[tuple[Cell, ...], ...] = tuple(
            (one.day_said, Words(one.said), Words(one.done), one.note) for one in changes
        )
        columns = (_("From"), _("You said"), _("We did"), _("How many asked"))
        tables.append(Table(_("You said, we did"), columns, told))
    return Evidence(
        anchor,
        _("Course of the pilot"),
        (),
        tuple(tables),
        material.pages.get(anchor, ""),
        _("The pilot's page"),
    )


def _feedback(
    material: Material, pilot: Row, counts: Sequence[Row], words: Sequence[Row]
) -> Claim | None:
    if not counts and not words:
        return None
    anchor = f"evidence-feedback-{pilot['id']}"
    tables = []
    if counts:
        tables.append(_feedback_table(counts))
    if words:
        tables.append(_words_table(material, words[:WORDS_LISTED]))
    notes = [_("Each person counts once, with their latest answer. Small counts are hidden.")]
    if len(words) > WORDS_LISTED:
        notes.append(
            _("%(shown)s of %(all)s texts are listed.")
            % {"shown": count(WORDS_LISTED), "all": count(len(words))}
        )
    title = _("What people said at the sites")
    url = material.pages.get(anchor, "")
    material.add(Evidence(anchor, title, tuple(notes), tuple(tables), url, _("The pilot's page")))
    return Claim(_feedback_said(counts, words), anchor, _("Answers and words"))


def _words_table(material: Material, words: Sequence[Row]) -> Table:
    names = {row["id"]: row["name"] for row in material.rows("sites")}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Words(row["text"], row.get("language") or ""),
            Words(names.get(row.get("site"), "")),
            month(row["month"]) if row.get("month") else "",
        )
        for row in words
    )
    return Table(_("In people's words"), (_("Words"), _("Place"), _("Month")), rows)


def _feedback_said(counts: Sequence[Row], words: Sequence[Row]) -> str:
    answers = next((row.get("answers") for row in counts if row["arm"] == "pilot"), None)
    said = []
    if answers:
        said.append(
            _("At least %(count)s people answered at the pilot sites.") % {"count": count(answers)}
        )
    if words:
        said.append(
            ngettext("%(count)s text may be shown.", "%(count)s texts may be shown.", len(words))
            % {"count": count(len(words))}
        )
    return " ".join(said) or _("Too few people answered to show how many.")


def _feedback_table(counts: Sequence[Row]) -> Table:
    arms = {"pilot": _("pilot sites"), "comparison": _("comparison sites")}
    hidden = _("hidden")
    columns = (
        _("Where"),
        *(str(label) for label in RATING_LABELS.values()),
        _("Answers, at least"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            arms[row["arm"]],
            *(hidden if row.get(rating) is None else row[rating] for rating in RATING_LABELS),
            hidden if row.get("answers") is None else row["answers"],
        )
        for row in counts
    )
    return Table(_("Better, the same or worse"), columns, rows)


def _quotes(material: Material, pilot: Row, words: Sequence[Row]) -> Iterator[Words]:
    """Yield a few texts, no two alike, from different places first, the newest first.

    Those said at a pilot site since the technology is on come before all others; where there are
    none, the source says what the others are.
    """
    sites = material.by_id("sites")
    newest = sorted(words, key=lambda row: row.get("month") or dt.date.min, reverse=True)
    wanted = [row for row in newest if _said_with_it(pilot, sites.get(row.get("site") or ""), row)]
    told: dict[str, Row] = {}
    for row in wanted or newest:
        told.setdefault(row["text"], row)
    places: Counter[str | None] = Counter()
    turns = []
    for row in told.values():
        turns.append((places[row.get("site")], row))
        places[row.get("site")] += 1
    for _turn, row in sorted(turns, key=lambda turn: turn[0])[:QUOTES_SHOWN]:
        source = _source(pilot, sites.get(row.get("site") or ""), row.get("month"))
        yield Words(row["text"], row.get("language") or "", source)


def _said_with_it(pilot: Row, site: Row | None, row: Row) -> bool:
    """Say whether words are surely from a pilot site and from after the technology came on."""
    on, said = pilot.get("technology_on"), row.get("month")
    return bool(site and site["arm"] == "pilot" and on and said and said >= on)


def _source(pilot: Row, site: Row | None, said: dt.date | None) -> str:
    if site is None:
        return _("Resident, shared with consent")
    place = site["name"]
    if site["arm"] == "comparison":
        place = _("%(place)s (comparison site)") % {"place": place}
    if said is None:
        return _("At %(place)s, shared with consent") % {"place": place}
    values = {"place": place, "month": month(said)}
    on = pilot.get("technology_on")
    if on and (said.year, said.month) < (on.year, on.month):
        return _("At %(place)s, %(month)s, before the technology; shared with consent") % values
    return _("At %(place)s, %(month)s, shared with consent") % values


def _data_note(pilot: Row) -> str:
    if not pilot.get("measured_data") and not pilot.get("personal_data"):
        return ""
    parts = []
    if pilot.get("measured_data"):
        parts.append(
            _("What is measured: %(what)s.") % {"what": pilot["measured_data"].rstrip(".")}
        )
    if pilot.get("personal_data"):
        parts.append(f"{Pilot.PersonalData(pilot['personal_data']).label}.")
    if pilot.get("retention"):
        parts.append(_("Kept: %(how_long)s.") % {"how_long": pilot["retention"].rstrip(".")})
    return " ".join(parts)
