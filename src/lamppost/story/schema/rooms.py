"""Tables about workshops and stories."""

from __future__ import annotations

from .people import GROUPS
from .types import Resource, choice, day, identity, moment, number, text, to, truth, whole

FEELINGS = ("hope", "fear", "experience")
AGENDA_KINDS = ("welcome", "stories", "statements", "goals", "agreement", "break", "other")

WORKSHOPS = Resource(
    "workshops",
    "Workshops",
    "What a meeting did for the vision. Public: those that were held and agreed on something.",
    (
        identity(),
        to("meeting", "meetings", "Meeting of the calendar.", form="private"),
        to("conversation", "conversations", "Question it worked on."),
        text("title", "Title.", 160, required=True),
        day("held_on", "Day on which it was held."),
        text("template", "Template of its agenda.", 30),
        text("notes", "Notes.", 20000, form="private"),
        moment("created_at", "When it was made.", form="private"),
    ),
    unique=(("meeting",),),
)

AGENDA = Resource(
    "agenda",
    "Agenda of workshops",
    "The parts of each workshop.",
    (
        identity(),
        to("workshop", "workshops", "Workshop.", required=True),
        whole("position", "Place in the agenda.", required=True),
        choice("kind", "Kind of part.", *AGENDA_KINDS),
        text("title", "Title.", 160, required=True),
        whole("minutes", "Minutes."),
        text("notes", "Notes.", 5000),
    ),
    form="private",
)

STORIES = Resource(
    "stories",
    "Stories",
    "Hopes, fears and experiences. Private: all, with consent for each use. Public: those that "
    "were accepted and whose teller agreed to their being shown.",
    (
        identity(),
        to("voice", "voices", "Its words.", required=True),
        choice("feeling", "What it is.", *FEELINGS, required=True),
        to("conversation", "conversations", "Question it belongs to."),
        to("workshop", "workshops", "Workshop in which it was said.", form="private"),
        choice("group", "Group of the workshop that said it.", *GROUPS, form="private"),
        text("photo_words", "What the photo shows.", 200, form="private"),
        number("latitude", "Where it happened.", low=-90, high=90, form="private"),
        number("longitude", "Where it happened.", low=-180, high=180, form="private"),
        truth("may_show_photo", "Whether the photo may be shown.", form="private"),
        truth("may_play_audio", "Whether the recording may be played.", form="private"),
        truth("may_become_statement", "Whether it may become a statement.", form="private"),
        truth("may_be_quoted", "Whether it may be quoted in reports.", form="private"),
    ),
    unique=(("voice",),),
)

WORKSHOP_STATEMENTS = Resource(
    "workshop_statements",
    "Statements brought into the room",
    "Which statements a workshop talked about.",
    (
        identity(),
        to("workshop", "workshops", "Workshop.", required=True),
        to("statement", "statements", "Statement.", required=True),
    ),
    unique=(("workshop", "statement"),),
    form="private",
)

AGREEMENTS = Resource(
    "agreements",
    "What workshops agreed",
    "One row for each thing.",
    (
        identity(),
        to("workshop", "workshops", "Workshop.", required=True),
        whole("position", "Place in the list."),
        text("text", "What was agreed.", 500, required=True),
    ),
)

AGREEMENT_STATEMENTS = Resource(
    "agreement_statements",
    "Statements behind agreements",
    "Which statements led to which agreement.",
    (
        identity(),
        to("agreement", "agreements", "Agreement.", required=True),
        to("statement", "statements", "Statement.", required=True),
    ),
    unique=(("agreement", "statement"),),
)
