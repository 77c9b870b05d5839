"""Tables about questions, statements, votes, landscapes and goals."""

from __future__ import annotations

from .people import CHANNELS, LANGUAGE
from .types import Resource, choice, day, identity, json, moment, number, text, to, truth, whole

VOTE = "1 agree, 0 pass, -1 disagree."

CONVERSATIONS = Resource(
    "conversations",
    "Questions",
    "Open questions that residents answer with statements and votes.",
    (
        identity(),
        text("code", "Short address of the voting page.", 12, form="private"),
        text("question", "The question.", 300, required=True),
        text("background", "What one should know.", 4000),
        text("asked_by", "Who asks.", 120),
        text("decides", "What the answers will decide.", 300),
        text("language", LANGUAGE, 12),
        moment("opens_at", "Opens.", form="private"),
        moment("closes_at", "Closes.", form="private"),
        day("opens_on", "Day on which it opens.", form="public"),
        day("closes_on", "Day on which it closes.", form="public"),
        text("source", "Where it comes from, when it was imported.", 200),
        moment("created_at", "When it was made.", form="private"),
    ),
    unique=(("code",),),
)

STATEMENTS = Resource(
    "statements",
    "Statements",
    "Sentences that others vote on. Private: words and moderation are in voices.csv. Public: those "
    "alone that were accepted and may be shown, with contact details removed.",
    (
        identity(),
        to("conversation", "conversations", "Question it answers."),
        to("voice", "voices", "Its words.", form="private"),
        whole("number", "Number within the question."),
        text("text", "The words.", 4000, form="public"),
        text("language", LANGUAGE, 12, form="public"),
        truth("is_seed", "Whether the partnership itself began with it."),
        truth("is_meta", "Whether it is about the people voting, not about the topic."),
    ),
    unique=(("conversation", "number"),),
    one_of=(("voice", "text"),),
)

VOTES = Resource(
    "votes",
    "Votes",
    "What each participant thinks of each statement now. Public: of questions that are closed, "
    "from ten voters on, as counted in the landscape beside them; participants have random ids, "
    "fresh in every export; the rows are shuffled and have no time.",
    (
        identity("Names the row within this folder; means nothing outside."),
        to("participant", "participants", "Who.", required=True, form="private"),
        text("participant", "Who, under a random id of this export alone.", 64, required=True,
             form="public"),
        to("statement", "statements", "On what.", required=True),
        whole("value", VOTE, -1, high=1, required=True),
        choice("channel", "How it was given.", *CHANNELS, form="private"),
        moment("cast_at", "When; empty where an import does not know.", form="private"),
        day("cast_on", "On which day; empty in exports, may be given by hand.", form="public"),
    ),
    unique=(("participant", "statement"),),
    one_of=(("participant",),),
)  # fmt: skip

REPLACED_VOTES = Resource(
    "replaced_votes",
    "Replaced votes",
    "Earlier answers that the same participant replaced.",
    (
        identity(),
        to("vote", "votes", "The vote that holds now.", required=True),
        whole("value", VOTE, -1, high=1, required=True),
        moment("cast_at", "When the earlier answer was given."),
    ),
    form="private",
)

PAPER_SHEETS = Resource(
    "paper_sheets",
    "Paper sheets",
    "Sheets that somebody typed in for a person; known by their number, never by a name.",
    (
        identity(),
        to("conversation", "conversations", "Question.", required=True),
        to("participant", "participants", "Who filled it in.", required=True),
        text("reference", "Number on the sheet.", 20, required=True),
        to("organisation", "stakeholders", "Organisation that brought it."),
        to("entered_by", "members", "Who typed it in."),
        moment("entered_at", "When.", required=True),
    ),
    unique=(("participant",), ("conversation", "reference")),
    form="private",
)

LANDSCAPES = Resource(
    "landscapes",
    "Landscapes",
    "Opinion groups and common ground, as computed. Public: the newest of each question, without "
    "who is in which group; shares of fewer than 10 people are left out, and counts are “at "
    "least”, in steps of five.",
    (
        identity(),
        to("conversation", "conversations", "Question.", required=True),
        moment("computed_at", "When it was computed.", required=True),
        whole("participants", "People whose votes went in; empty below 10."),
        whole("statements", "Statements that went in.", required=True),
        whole("votes", "Votes that went in."),
        text("mode", "How groups were found.", 20),
        whole("seed", "Seed of what was drawn by chance.", None),
        json("result", "The result; statements by their number, participants by their id.",
             required=True),
    ),
)  # fmt: skip

GOALS = Resource(
    "goals",
    "Goals",
    "What the partnership agreed to reach.",
    (
        identity(),
        text("title", "The goal.", 160, required=True),
        text("description", "In plain words.", 2000),
        whole("position", "Place in the list."),
        day("agreed_on", "Day on which it was agreed."),
    ),
)

GOAL_STATEMENTS = Resource(
    "goal_statements",
    "Statements behind the goals",
    "Which statements led to which goal.",
    (
        identity(),
        to("goal", "goals", "Goal.", required=True),
        to("statement", "statements", "Statement.", required=True),
    ),
    unique=(("goal", "statement"),),
)

INDICATORS = Resource(
    "indicators",
    "Indicators",
    "How a goal is measured, in which direction, and what change would be worth it.",
    (
        identity(),
        to("goal", "goals", "Goal it measures."),
        text("name", "What is measured.", 160, required=True),
        text("unit", "Unit.", 40),
        choice("direction", "down: less is better; up: more is better.", "down", "up"),
        number("worth_it", "Change that would be worth it, a number above zero in the unit."),
        text("code", "Code in the playbook.", 60),
    ),
)

VIEWS = Resource(
    "views",
    "Views of organisations",
    "What an organisation itself says of the vision or of a decision.",
    (
        identity(),
        to("stakeholder", "stakeholders", "Whose view.", required=True),
        choice("subject", "Of what.", "vision", "decision", required=True),
        text("text", "The view.", 3000, required=True),
        text("language", LANGUAGE, 12),
        to("by", "members", "Who wrote it down.", form="private"),
        moment("written_at", "When.", form="private"),
        day("written_on", "On which day.", form="public"),
    ),
    unique=(("stakeholder", "subject"),),
)
