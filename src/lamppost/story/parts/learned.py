"""What we learned: the decision, who took it, and the lesson."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lamppost.impact import words
from lamppost.lessons.models import Lesson

from ..records import Cell, Claim, Evidence, Learned, LessonTold, Part, PilotLearned, Table, Words
from .agreed import views
from .material import Material, Row, day

HEADLINES = {
    "rollout": lambda: _("Decided: roll out"),
    "expand": lambda: _("Decided: expand"),
    "replicate": lambda: _("Decided: replicate"),
    "adapt": lambda: _("Decided: adapt"),
    "stop": lambda: _("Decided: stop"),
}
MEANINGS = {
    "rollout": lambda: _("Roll out: it comes everywhere in the city."),
    "expand": lambda: _("Expand: it goes on in more places."),
    "replicate": lambda: _("Replicate: it is done again elsewhere."),
    "adapt": lambda: _("Adapt: it goes on, changed."),
    "stop": lambda: _("Stop: it does not go on."),
}


def learned(material: Material) -> Learned:
    """Return the fifth part."""
    pilots = material.rows("pilots")
    told = tuple(_pilot(material, pilot) for pilot in pilots)
    lit = any(one.decision or one.lesson for one in told)
    unknown = tuple(text for one in told for text in one.unknown)
    if not pilots:
        unknown = (_("There is no decision and no lesson yet."),)
    part = Part("learned", _("What we learned"), _headline(material, told), lit, unknown)
    return Learned(part, told, tuple(views(material, "decision")))


def _headline(material: Material, told: tuple[PilotLearned, ...]) -> str:
    kinds = [row["kind"] for row in material.rows("decisions")]
    if len(kinds) == 1:
        return HEADLINES[kinds[0]]()
    if kinds:
        return _("One decision for each pilot")
    lesson = next((one.lesson for one in told if one.lesson), None)
    return lesson.title if lesson else _("Not decided yet")


def _pilot(material: Material, pilot: Row) -> PilotLearned:
    decision = material.one("decisions", "pilot", pilot["id"])
    lesson = material.one("lesson", "pilot", pilot["id"])
    return PilotLearned(
        title=pilot["title"],
        decision=MEANINGS[decision["kind"]]() if decision else "",
        reason=decision["reason"] if decision else "",
        claim=_decision(material, pilot, decision) if decision else None,
        next_step=(decision.get("next_step") or "") if decision else "",
        lesson=_lesson(material, pilot, lesson) if lesson else None,
        unknown=tuple(_unknown(material, pilot, decision, lesson)),
    )


def _unknown(material: Material, pilot: Row, decision: Row | None, lesson: Row | None) -> list[str]:
    told = []
    if decision is None:
        due = pilot.get("decision_due_on")
        if due is None:
            told.append(_("Nobody has decided yet, and no date is set for it."))
        elif due < material.edition:
            told.append(_("The decision was due on %(day)s and is late.") % {"day": day(due)})
        else:
            told.append(
                _("The decision is due by %(day)s: scale, adapt or stop.") % {"day": day(due)}
            )
    if lesson is None:
        told.append(_("No lesson is published yet."))
    return told


def _decision(material: Material, pilot: Row, decision: Row) -> Claim:
    by, on = decision.get("decided_by") or "", day(decision["decided_on"])
    text = (
        _("Decided by %(who)s on %(day)s.") % {"who": by, "day": on}
        if by
        else _("Decided on %(day)s.") % {"day": on}
    )
    anchor = f"evidence-decision-{pilot['id']}"
    facts: list[tuple[Cell, ...]] = [
        (_("Decision"), MEANINGS[decision["kind"]]()),
        (_("Why"), Words(decision["reason"])),
        (_("Who decided"), Words(by or _("not said"))),
        (_("When"), on),
        (_("What happens next"), Words(decision.get("next_step") or _("not said"))),
    ]
    table = Table(_("The decision"), (_("What"), _("As recorded")), tuple(facts))
    url = material.pages.get(anchor, "")
    material.add(Evidence(anchor, _("Decision"), (), (table,), url, _("The pilot's page")))
    return Claim(text, anchor, _("The decision as recorded"))


def _lesson(material: Material, pilot: Row, lesson: Row) -> LessonTold:
    again = lesson.get("again")
    parts = (
        (_("What worked"), lesson.get("worked")),
        (_("What did not work"), lesson.get("did_not_work")),
        (_("Surprises"), lesson.get("surprises")),
        (_("Conditions that mattered"), lesson.get("conditions")),
        (_("Cost and who paid"), lesson.get("cost")),
        (_("Would we do it again"), str(Lesson.Again(again).label) if again else ""),
    )
    told = tuple((label, text) for label, text in parts if text)
    anchor = f"evidence-lesson-{pilot['id']}"
    level = lesson.get("evidence_level")
    evidence = _strength(level, lesson.get("evidence_reason") or "") if level is not None else ""
    rows: tuple[tuple[Cell, ...], ...] = tuple((label, Words(text)) for label, text in told)
    notes = [evidence] if evidence else []
    if lesson.get("published_on"):
        notes.append(_("Published on %(day)s.") % {"day": day(lesson["published_on"])})
    material.add(
        Evidence(
            anchor,
            _("Lesson: %(title)s") % {"title": lesson["title"]},
            tuple(notes),
            (Table(lesson["title"], (_("What"), _("Told")), rows),) if rows else (),
            material.pages.get(anchor, ""),
            _("The lesson on the site"),
        )
    )
    return LessonTold(
        lesson["title"],
        lesson.get("language") or "",
        told,
        evidence,
        Claim(evidence or _("Written down as a lesson."), anchor, _("The whole lesson")),
    )


def _strength(level: int, reason: str) -> str:
    why = words.evidence(reason)
    said = _("Strength of the evidence: %(level)s of 5.") % {"level": level}
    return f"{said} {why}".strip()
