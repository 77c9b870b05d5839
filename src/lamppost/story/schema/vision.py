"""Tables about questions, statements, votes, landscapes and goals."""

from __future__ import annotations

from .people import CHANNELS, LANGUAGE, LEVEL, LEVELS
from .types import (
    Field,
    Resource,
    choice,
    day,
    identity,
    json,
    moment,
    number,
    text,
    to,
    truth,
    whole,
)

VOTE = "1 agree, 0 pass, -1 disagree."
ABOUT = ("age", "neighbourhood", "group")

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
        choice("moderation", "strict: words are looked at before they are shown; open: afterwards.",
               "strict", "open"),
        choice("verification", "What somebody must show before they vote. " + LEVEL, *LEVELS),
        Field("asks", "array", "Asked at the end: of age, neighbourhood, group."),
        text("embed_origins", "Origins whose pages may show the card.", 1000, form="private"),
        choice("mode", "How groups are found: honest, or as Polis does.", "honest", "polis"),
        moment("opens_at", "Opens.", form="private"),
        moment("closes_at", "Closes.", form="private"),
        day("opens_on", "Day on which it opens.", form="public"),
        day("closes_on", "Day on which it closes.", form="public"),
        text("source", "Where it comes from, when it was imported.", 200),
        moment("created_at", "When it was made.", form="private"),
    ),
    unique=(("code",),),
)  # fmt: skip

CONVERSATION_TRANSLATIONS = Resource(
    "conversation_translations",
    "Questions in other languages",
    "Made by the partnership.",
    (
        identity(),
        to("conversation", "conversations", "Question.", required=True),
        text("language", LANGUAGE, 12, required=True),
        text("question", "The question.", 300, required=True),
        text("background", "What one should know.", 4000),
        text("decides", "What the answers will decide.", 300),
    ),
    unique=(("conversation", "language"),),
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
        to("merged_into", "statements", "Says the same: votes on this one count there, for "
           "whoever has not answered the other."),
        to("split_from", "statements", "Said several things, of which this is one.",
           form="private"),
        whole("split_from_number", "Number of the one that said several things, of which this is "
              "one.", form="public"),
        to("story", "stories", "Story it was drawn from."),
    ),
    unique=(("conversation", "number"),),
    one_of=(("voice", "text"),),
)  # fmt: skip

STATEMENT_TRANSLATIONS = Resource(
    "statement_translations",
    "Statements in other languages",
    "Made by the partnership.",
    (
        identity(),
        to("statement", "statements", "Statement.", required=True),
        text("language", LANGUAGE, 12, required=True),
        text("text", "The words.", 300, required=True),
        to("by", "members", "Who made it.", form="private"),
        moment("made_at", "When.", form="private"),
    ),
    unique=(("statement", "language"),),
)

STATEMENT_EDITS = Resource(
    "statement_edits",
    "Mended statements",
    "Earlier words of statements that staff mended: nothing is changed silently.",
    (
        identity(),
        to("statement", "statements", "Statement.", required=True),
        text("earlier_text", "The words before.", 4000, required=True),
        text("reason", "Why they were mended.", 200, required=True),
        to("by", "members", "Who mended them.", form="private"),
        moment("edited_at", "When.", form="private"),
        day("edited_on", "On which day.", form="public"),
    ),
)

VOTES = Resource(
    "votes",
    "Votes",
    "What each participant thinks of each statement now. A public export holds none: single votes "
    "undo the protection of small groups. Its results are in landscapes.csv. Public exports of "
    "earlier versions, which held votes under random ids, are read like a folder made by hand.",
    (
        identity("Names the row within this folder; means nothing outside."),
        to("participant", "participants", "Who.", required=True, form="private"),
        text("participant", "Who, under any name that tells nothing.", 64, required=True,
             form="plain"),
        to("statement", "statements", "On what.", required=True),
        whole("value", VOTE, -1, high=1, required=True),
        choice("channel", "How it was given.", *CHANNELS, form="private"),
        moment("cast_at", "When; empty where an import does not know.", form="private"),
        day("cast_on", "On which day.", form="plain"),
        number("shown_probability", "Chance with which the statement was shown, above 0 to 1; "
               "empty where it was not drawn.", form="private", low=1e-9, high=1),
    ),
    unique=(("participant", "statement"),),
    one_of=(("participant",),),
    form="private",
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

IMPORTANT_MARKS = Resource(
    "important_marks",
    "Marked as important",
    "The one statement of a question that a participant marked as especially important.",
    (
        identity(),
        to("conversation", "conversations", "Question.", required=True),
        to("participant", "participants", "Who.", required=True),
        to("statement", "statements", "Statement.", required=True),
        moment("marked_at", "When.", required=True),
    ),
    unique=(("conversation", "participant"),),
    form="private",
)

CHARACTERISTICS = Resource(
    "characteristics",
    "What participants said of themselves",
    "Answers to the questions at the end, each as it was given.",
    (
        identity(),
        to("participant", "participants", "Who.", required=True),
        choice("question", "What was asked.", *ABOUT, required=True),
        text("value", "The answer.", 80, required=True),
        moment("said_at", "When.", required=True),
    ),
    unique=(("participant", "question"),),
    form="private",
)

CHARACTERISTIC_COUNTS = Resource(
    "characteristic_counts",
    "How many said what of themselves",
    "Of those who voted in a closed question that asked. An empty count is hidden: it is small, "
    "or would give a small one away. Counts are “at least”, in steps of five.",
    (
        to("conversation", "conversations", "Question.", required=True),
        choice("question", "What was asked.", *ABOUT, required=True),
        text("value", "The answer.", 80, required=True),
        whole("people", "How many; empty where hidden."),
    ),
    key=("conversation", "question", "value"),
    form="public",
)

POPULATION_SHARES = Resource(
    "population_shares",
    "Shares of the population",
    "How large a part of the people concerned has a characteristic, to compare with who took part.",
    (
        identity(),
        choice("question", "Which characteristic.", *ABOUT, required=True),
        text("value", "Which part.", 80, required=True),
        number("share", "Share of the population, above 0 and at most 1.", low=0, high=1,
               required=True),
        text("source", "Where the number comes from.", 200),
    ),
    unique=(("question", "value"),),
)  # fmt: skip

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
        to("checked_by", "members", "Who typed it in again and found the same."),
        moment("checked_at", "When it was checked."),
    ),
    unique=(("participant",), ("conversation", "reference")),
    form="private",
)

LANDSCAPES = Resource(
    "landscapes",
    "Landscapes",
    "Opinion groups and common ground, as computed. Public: the newest of each question, without "
    "who is in which group, exactly as the public page and its downloads show it; shares of fewer "
    "than 10 people are left out, and counts are “at least”, in steps of five.",
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
        json("integrity", "What is unusual in how the votes came, and the result without it.",
             form="private"),
        json("unusual", "What unusual votes come to, as the public page says it: whether the "
             "conclusion changes without them, at least how many people gave them, and the public "
             "result without them; both empty where fewer than 10 people did.", form="public"),
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
        text("baseline_source", "Where today's value comes from.", 200),
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

VISIONS = Resource(
    "visions",
    "The vision",
    "The text of the shared vision. Private: with the draft. Public: every published version, "
    "each with its goals as they stood then.",
    (
        identity(),
        text("text", "The vision in plain words.", 6000, required=True),
        text("language", LANGUAGE, 12),
        Field("goals", "array", "Goals and their indicators as they stood when it was published."),
        text("what_changed", "What changed since the version before.", 300),
        to("by", "members", "Who wrote it down.", form="private"),
        moment("changed_at", "Last change.", form="private"),
        moment("published_at", "When it was published; empty for the draft.", form="private"),
        day("published_on", "On which day it was published.", form="public"),
    ),
)

OBJECTIONS = Resource(
    "objections",
    "This does not reflect what we said",
    "What residents object to in a published vision, and what the partnership answers. Public: "
    "those that were accepted and whose author agreed to their being shown.",
    (
        identity(),
        to("vision", "visions", "Version it is about.", required=True),
        to("voice", "voices", "Its words.", required=True),
        text("answer", "What the partnership answers.", 2000),
        moment("answered_at", "When it was answered.", form="private"),
        to("answered_by", "members", "Who answered.", form="private"),
        day("answered_on", "On which day it was answered.", form="public"),
    ),
    unique=(("voice",),),
)
