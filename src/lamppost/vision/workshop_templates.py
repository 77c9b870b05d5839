"""Agendas to begin a workshop with; everything in them can be changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import AgendaItem

Kind = AgendaItem.Kind


@dataclass(frozen=True)
class Part:
    """One part of an agenda; `notes` say how it is done."""

    kind: str
    title: Promise
    minutes: int
    notes: Promise | str = ""


@dataclass(frozen=True)
class Template:
    """An agenda to begin with."""

    code: str
    title: Promise
    what: Promise
    parts: tuple[Part, ...]


TEMPLATES = (
    Template(
        "hopes-and-fears",
        _("Hopes and fears"),
        _("Five groups say what they hope for and what they are afraid of, and hear each other."),
        (
            Part(Kind.WELCOME, _("Welcome: why we are here"), 10),
            Part(
                Kind.STORIES,
                _("Each group for itself: hopes"),
                25,
                _("One sentence on each card. Ask each person whether it may be shown."),
            ),
            Part(
                Kind.STORIES,
                _("Each group for itself: fears"),
                25,
                _("No fear is argued about. It is written down as it was said."),
            ),
            Part(Kind.BREAK, _("Break"), 15),
            Part(
                Kind.STORIES,
                _("Groups read what the others wrote"),
                25,
                _("Each group says what surprised it."),
            ),
            Part(Kind.AGREEMENT, _("What we take along"), 15),
            Part(Kind.OTHER, _("What happens next, and until when"), 5),
        ),
    ),
    Template(
        "statements-to-goals",
        _("From statements to goals"),
        _("From what all groups agree on to goals that can be measured."),
        (
            Part(Kind.WELCOME, _("Welcome: who was heard, and who was not"), 10),
            Part(
                Kind.STATEMENTS,
                _("What all groups agree on"),
                20,
                _("Read each statement out. Does it say what you meant?"),
            ),
            Part(
                Kind.STATEMENTS,
                _("What is undecided"),
                20,
                _("What would you need to know to decide?"),
            ),
            Part(Kind.BREAK, _("Break"), 15),
            Part(
                Kind.GOALS,
                _("Write goals in mixed groups"),
                30,
                _("One goal on each sheet, and the statements behind it."),
            ),
            Part(
                Kind.GOALS,
                _("How would we notice?"),
                20,
                _("What is measured, in which unit, and which change would be worth it."),
            ),
            Part(Kind.AGREEMENT, _("What we agree"), 15),
        ),
    ),
    Template(
        "presenting-results",
        _("Presenting results"),
        _("What was measured and what people said, and what follows from it."),
        (
            Part(Kind.WELCOME, _("Welcome: what we wanted to know"), 10),
            Part(
                Kind.OTHER,
                _("What was measured"),
                20,
                _("Begin with the range, not with one number. Say what nobody can know."),
            ),
            Part(Kind.STORIES, _("What people on site say"), 15),
            Part(Kind.STATEMENTS, _("Does it fit what you see every day?"), 25),
            Part(Kind.BREAK, _("Break"), 10),
            Part(
                Kind.AGREEMENT, _("Go on, change or stop"), 30, _("Write down who does what, when.")
            ),
        ),
    ),
)
BY_CODE = {one.code: one for one in TEMPLATES}
