"""Tables about what residents say at the sites, what became of it, and the files that were sent."""

from __future__ import annotations

from .people import CHANNELS, LANGUAGE
from .types import Field, Resource, choice, day, identity, json, moment, text, to, truth, whole

MEDIA_KINDS = ("photo", "audio", "scan", "document")
# Column of media.csv → the table that it leads to.
MEDIA_OF = {
    "story": "stories",
    "feedback": "feedback",
    "call": "calls",
    "past_call": "past_calls",
    "declaration": "declarations",
    "pilot": "pilots",
}

ALERTS = Resource(
    "alerts",
    "Alerts",
    "Answers that speak of danger, each with its owner and deadline.",
    (
        identity(),
        to("feedback", "feedback", "Answer.", required=True),
        text("words", "What was noticed.", 200),
        to("owner", "members", "Who answers for it."),
        moment("raised_at", "When it was raised.", required=True),
        moment("due_at", "Until when.", required=True),
        moment("closed_at", "When it was closed."),
        to("closed_by", "members", "Who closed it."),
        text("outcome", "What was done.", 300),
    ),
    unique=(("feedback",),),
    form="private",
)

THEMES = Resource(
    "themes",
    "Themes of the feedback",
    "What several people speak of, in the lead's own words.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("name", "Theme.", 80, required=True),
        text("words", "What people say about it.", 500),
        text("reply", "What the city says to it.", 500),
        moment("made_at", "When it was made.", form="private"),
        day("made_on", "On which day it was made.", form="public"),
        whole("counted_people", "How many people are counted in public, with those who left.",
              form="private"),
        whole("spoken_by", "At least how many people speak of it; empty below 10.", 10,
              form="public"),
    ),
    unique=(("pilot", "name"),),
)  # fmt: skip

THEME_FEEDBACK = Resource(
    "theme_feedback",
    "Feedback under the themes",
    "Which answers stand under which theme.",
    (
        identity(),
        to("theme", "themes", "Theme.", required=True),
        to("feedback", "feedback", "Answer.", required=True),
        truth("counted", "Whether the person is counted there in public."),
    ),
    unique=(("theme", "feedback"),),
    form="private",
)

COMMITMENTS = Resource(
    "commitments",
    "Commitments",
    "What the city promised about something that residents said.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("you_said", "What people said.", 500, required=True),
        text("we_will", "What is done about it.", 500),
        text("owner", "Who answers for it: a role.", 160),
        day("due_on", "Until when.", required=True),
        day("first_due_on", "What was promised first; empty where it was never moved."),
        Field("moves", "array", "Each time the day was moved: from, to, on which day, and why."),
        choice("state", "State.", "heard", "doing", "done", "wont"),
        text("wont_reason", "Why it will not be done.", 500),
        day("done_on", "Done on."),
        to("theme", "themes", "Theme that it answers."),
        to("change", "changes", "Change that it became."),
        to("meeting", "meetings", "Roundtable where it was agreed.", form="private"),
        moment("made_at", "When it was made.", form="private"),
        day("made_on", "On which day it was made.", form="public"),
        moment("changed_at", "Last change.", form="private"),
        whole("counted_people", "How many people are counted in public, with those who left.",
              form="private"),
        whole("asked_by", "At least how many people stand behind it; empty below 10.", 10,
              form="public"),
    ),
    unique=(("change",),),
)  # fmt: skip

COMMITMENT_FEEDBACK = Resource(
    "commitment_feedback",
    "Feedback behind the commitments",
    "Which answers led to which commitment.",
    (
        identity(),
        to("commitment", "commitments", "Commitment.", required=True),
        to("feedback", "feedback", "Answer.", required=True),
        truth("counted", "Whether the person is counted there in public."),
    ),
    unique=(("commitment", "feedback"),),
    form="private",
)

FOLLOWS = Resource(
    "follows",
    "Who wishes to be told",
    "Addresses for one mail about one answer; empty once it was sent. The secret in a mail is "
    "never exported: links of earlier mails open nothing after an import.",
    (
        identity(),
        to("feedback", "feedback", "Answer.", required=True),
        text("email", "E-mail address.", 254),
        text("language", "Language of the mail.", 12),
        moment("asked_at", "When it was asked for.", required=True),
        moment("told_at", "When the mail was sent."),
        to("about", "commitments", "Of what they are to be told."),
        to("about_theme", "themes", "Or the theme to which somebody replied."),
        whole("tries", "How often a mail was tried."),
        moment("tried_at", "When it was tried last."),
    ),
    unique=(("feedback",),),
    form="private",
)

FIX_TENS = Resource(
    "fix_tens",
    "Did this fix it, ten by ten",
    "Ten people, or twenty, thirty, ..., who said the same of a kept commitment; none is changed.",
    (
        identity(),
        to("commitment", "commitments", "Commitment.", required=True),
        choice("answer", "What they said.", "yes", "partly", "no", required=True),
        day("counted_on", "On which day they were counted.", required=True),
        whole("people", "How many people.", 10, required=True),
    ),
    form="private",
)

FIX_ANSWERS = Resource(
    "fix_answers",
    "Did this fix it?",
    "What those who spoke say of a commitment that was kept.",
    (
        identity(),
        to("commitment", "commitments", "Commitment.", required=True),
        to("feedback", "feedback", "Answer at the site.", required=True),
        choice("answer", "Whether it did.", "yes", "partly", "no", required=True),
        moment("answered_at", "When.", required=True),
        to("ten", "fix_tens", "Where it is counted in public."),
    ),
    unique=(("commitment", "feedback"),),
    form="private",
)

PULSE_QUESTIONS = Resource(
    "pulse_questions",
    "Questions of the pulse",
    "The same at pilot and comparison sites, from the baseline on.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        whole("position", "Place, 1 to 3.", 1, high=3, required=True),
        text("text", "The question.", 200, required=True),
        text("language", LANGUAGE, 12),
        json("translations", "Language and the same question in it."),
        choice("scale", "Answers: yes or no, or five steps.", "yes_no", "five", required=True),
        to("indicator", "indicators", "Indicator that it feeds."),
        whole("first_round", "Number of the first round in which it is asked.", 1),
    ),
    unique=(("pilot", "position"),),
)

PULSE_ROUNDS = Resource(
    "pulse_rounds",
    "Rounds of the pulse",
    "Days in which people were asked.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        whole("number", "Number, from 1.", 1, required=True),
        day("starts_on", "From.", required=True),
        day("ends_on", "Until.", required=True),
        day("last_sheet_on", "When a sheet of paper was entered last."),
        day("complete_on", "When it was said that all sheets are entered."),
    ),
    unique=(("pilot", "number"),),
)

PULSE_TURNOUT = Resource(
    "pulse_turnout",
    "Who was invited to the pulse",
    "How many at each site in each round, and by what.",
    (
        identity(),
        to("round", "pulse_rounds", "Round.", required=True),
        to("site", "sites", "Site.", required=True),
        choice("channel", "By what.", *CHANNELS),
        whole("invited", "How many.", required=True),
        text("how", "How they were invited.", 200),
        to("entered_by", "members", "Who entered it."),
    ),
    unique=(("round", "site", "channel"),),
    form="private",
)

PULSE_TENS = Resource(
    "pulse_tens",
    "Answers to the pulse, ten by ten",
    "Ten people, or twenty, thirty, ..., at one kind of site who gave a good answer in a round, or "
    "did not; none is changed.",
    (
        identity(),
        to("question", "pulse_questions", "Question.", required=True),
        to("round", "pulse_rounds", "Round.", required=True),
        choice("arm", "Pilot or comparison sites.", "pilot", "comparison", required=True),
        truth("good", "Whether it is a good answer."),
        day("counted_on", "On which day they were counted.", required=True),
        whole("people", "How many people.", 10, required=True),
    ),
    form="private",
)

PULSE_SHARES = Resource(
    "pulse_shares",
    "Answers to the pulse, by site",
    "Ten people or more at one site in a round, as the evaluation reads them; none is changed.",
    (
        identity(),
        to("question", "pulse_questions", "Question.", required=True),
        to("round", "pulse_rounds", "Round.", required=True),
        to("site", "sites", "Site.", required=True),
        day("counted_on", "On which day they were counted.", required=True),
        whole("people", "How many people.", 10, required=True),
        whole("good", "How many of them gave a good answer.", required=True),
    ),
    form="private",
)

PULSE_ANSWERS = Resource(
    "pulse_answers",
    "Answers to the pulse",
    "One row for each person, question, site and round.",
    (
        identity(),
        to("question", "pulse_questions", "Question.", required=True),
        to("round", "pulse_rounds", "Round.", required=True),
        to("site", "sites", "Site.", required=True),
        to("participant", "participants", "Who.", required=True),
        whole("value", "Yes or no: 0 or 1; five steps: 1 to 5.", high=5, required=True),
        choice("channel", "How it was given.", *CHANNELS),
        moment("answered_at", "When.", required=True),
        day("answered_on", "On which day.", required=True),
        truth("one_network", "Whether many came over one network that day."),
        to("ten", "pulse_tens", "Where it is counted in public."),
        to("share", "pulse_shares", "Where it is counted for its site."),
    ),
    unique=(("question", "round", "site", "participant"),),
    form="private",
)

PULSE_COUNTS = Resource(
    "pulse_counts",
    "Answers to the pulse, counted",
    "People by kind of site, round and question, once a round is over: good answers (yes; good or "
    "very good) and others, ten at a time, each person once. An empty count: fewer than ten.",
    (
        to("pilot", "pilots", "Pilot."),
        whole("question", "Place of the question, 1 to 3.", 1, high=3, required=True),
        whole("round", "Number of the round.", 1, required=True),
        choice("arm", "Pilot or comparison sites.", "pilot", "comparison", required=True),
        whole("good", "How many gave a good answer.", 10),
        whole("others", "How many gave another.", 10),
    ),
    key=("pilot", "question", "round", "arm"),
    form="public",
)

FIX_COUNTS = Resource(
    "fix_counts",
    "Did this fix it, counted",
    "People who spoke and answered of a commitment that was kept, ten at a time, each person once. "
    "An empty count: fewer than ten.",
    (
        to("commitment", "commitments", "Commitment."),
        whole("yes", "How many said yes.", 10),
        whole("partly", "How many said partly.", 10),
        whole("no", "How many said no.", 10),
    ),
    key=("commitment",),
    form="public",
)

MEDIA = Resource(
    "media",
    "Files",
    "Photos, recordings, scans and documents, in the folder `media`. Public: photos and recordings "
    "of stories that may be shown, whose teller agreed to this use, and documents of calls.",
    (
        identity(),
        to("story", "stories", "Story that it belongs to."),
        to("feedback", "feedback", "Answer at a site that it belongs to.", form="private"),
        to("call", "calls", "Call whose document it is."),
        to("past_call", "past_calls", "Withdrawn call whose document it was."),
        to("declaration", "declarations", "Declaration of interests on paper.", form="private"),
        to("pilot", "pilots", "Pilot for a gate of which it was signed.", form="private"),
        choice("kind", "Photo, recording, scan of a signature, or document.", *MEDIA_KINDS,
               required=True),
        text("file", "Path within this folder: `media/` and a name.", 120, required=True),
        text("words", "What the photo shows.", 200, form="public"),
        whole("bytes", "Size in bytes."),
        text("sha256", "SHA-256 of the file, in small hexadecimal digits.", 64),
    ),
    unique=(("file",),),
    one_of=(tuple(MEDIA_OF),),
)  # fmt: skip
