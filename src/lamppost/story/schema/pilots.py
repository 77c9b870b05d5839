"""Tables about pilots, readings, estimates, decisions and lessons."""

from __future__ import annotations

from .people import CHANNELS, LANGUAGE
from .types import (
    Field,
    Resource,
    choice,
    day,
    digits,
    identity,
    json,
    moment,
    number,
    text,
    to,
    truth,
    whole,
)

GATES = (
    "problem", "stakeholders", "call", "selection", "agreement", "data_protection", "sites",
    "disclosure", "measuring", "baseline", "technology", "feedback", "change", "evaluation",
    "decision", "lesson",
)  # fmt: skip
RATINGS = ("better", "same", "worse")
ARMS = ("pilot", "comparison")

PILOTS = Resource(
    "pilots",
    "Pilots",
    "One technology, some sites, an honest plan.",
    (
        identity(),
        text("title", "Title.", 160, required=True),
        text("playbook", "Code of the playbook.", 60),
        text("problem", "The problem, in residents' words.", 2000),
        text("owner_department", "Department that owns the problem.", 160),
        text("technology", "Technology, with its version.", 300),
        text("stop_rule", "What would make the partnership stop.", 500),
        text("company", "Who supplies it.", 160),
        text("second_year", "Who would pay for the second year.", 300),
        day("baseline_starts_on", "Measuring starts (plan)."),
        day("technology_starts_on", "Technology on (plan)."),
        day("ends_on", "Pilot ends (plan)."),
        day("decision_due_on", "Day by which the decision is due."),
        day("first_decision_due_on", "The day that was set first; empty where it never moved."),
        Field("decision_moves", "array", "Each time that day moved: from, to, on, and why."),
        Field("plan_moves", "array", "Each time start or end moved after the evaluation plan was "
              "frozen: what, from, to, on, and why."),
        day("results_due_on", "Day by which the results are published."),
        day("views_until", "Last day on which organisations say how it should end."),
        whole("baseline_weeks", "Weeks of measuring before the technology is on.", 1),
        whole("removal_days", "Days to take everything down again."),
        text("no_comparison_reason", "Why there is no comparison site.", 500),
        truth("randomised", "Whether the sites were drawn by lot."),
        digits("lottery_seed", "Seed of the draw, so that anybody can repeat it with the codes "
               "of the sites: up to 128 bits.", 39),
        text("lottery_commitment", "SHA-256 of the seed, published before the draw. One whose "
             "seed was not drawn yet has to be promised anew after an import.", 64),
        moment("lottery_committed_at", "When it was published.", form="private"),
        text("purpose", "What it is measured for.", 300),
        text("measured_data", "What is measured and kept.", 300),
        choice("personal_data", "Whether people can be identified in it.",
               "none", "deidentified", "identifiable"),
        text("recipients", "Who receives it.", 300),
        text("retention", "How long it is kept.", 160),
        text("contact", "Who answers questions: a role, not a person.", 200, form="private"),
        text("feedback_read", "When residents' feedback is read.", 160),
        text("site_question", "What residents are asked at the sites; the answers are better, the "
             "same, worse. Empty, before there are notices: what the playbook asks.", 200),
        text("no_midterm_reason", "Why there is no mid-term report.", 500),
        text("no_change_reason", "Why nothing is changed halfway.", 500),
        text("no_device_reason", "Why no device stands anywhere, in place of an entry in the "
             "sensor register.", 300),
        text("city_number", "The city's telephone number.", 60, form="private"),
        day("data_protection_on", "Gate passed: data protection."),
        day("disclosure_on", "Gate passed: disclosure."),
        day("measuring_on", "Gate passed: measuring. It stays when measuring stops."),
        day("baseline_on", "Gate passed: baseline."),
        whole("baseline_days", "Days from the first to the last reading of the baseline, at the "
              "site where they are fewest."),
        truth("baseline_in_waves", "Whether it is read from people's answers, in waves."),
        day("technology_on", "Gate passed: technology on."),
        day("decided_on", "Gate passed: decision."),
        truth("measuring", "Whether readings are taken in now."),
        truth("registered", "Whether the sensor register holds a device of it."),
        truth("compared", "Whether comparison sites were named when the technology came on."),
        day("joined_late_on", "The day on which a pilot that ran already was entered."),
        day("paused_on", "Since when it is paused."),
        text("paused_reason", "Why it is paused.", 500),
        day("counted_until", "Up to which day answers at the sites are counted for good.",
            form="private"),
        moment("created_at", "When it was made.", form="private"),
    ),
)  # fmt: skip

PILOT_INDICATORS = Resource(
    "pilot_indicators",
    "Indicators of the pilots",
    "Which indicators a pilot promises to move.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("indicator", "indicators", "Indicator.", required=True),
        truth("is_main", "Whether it is the main one; one of each pilot is."),
        whole("every_hours", "A reading is due at each site at least every so many hours.", 1),
    ),
    unique=(("pilot", "indicator"),),
)

SITES = Resource(
    "sites",
    "Sites",
    "Places that get the technology (pilot) or are left as they are (comparison).",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        text(
            "code",
            "Short address of the site's page. A draw orders sites by the SHA-256 of "
            "the seed, a colon and this.",
            12,
        ),
        text("name", "Name.", 120, required=True),
        choice("arm", "Pilot or comparison.", *ARMS, required=True),
        text("neighbourhood", "Neighbourhood.", 80),
        number("latitude", "Latitude in WGS 84.", low=-90, high=90),
        number("longitude", "Longitude in WGS 84.", low=-180, high=180),
        text("reason", "Why this place.", 300),
        whole("step", "Step of a stepped rollout."),
        day("starts_on", "Technology on here from; empty: with the pilot."),
        text("block", "Sites that were drawn together have the same.", 40),
        day("removed_on", "Taken down on."),
    ),
    unique=(("pilot", "name"), ("code",)),
)

GATES_PASSED = Resource(
    "gates",
    "Gates",
    "Gates that a pilot passed. Documents and who signed are in the private export alone.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("kind", "Which gate.", *GATES, required=True),
        text("document", "Document or link.", 20000, form="private"),
        text("signed_by_name", "Who signed.", 400, form="private"),
        day("passed_on", "When.", required=True),
        moment("recorded_at", "When it was written down.", form="private"),
        day("recorded_on", "The day on which it was written down.", form="public"),
        to("entered_by", "members", "Who entered it.", form="private"),
        json("facts", "What the plan said when it was signed.", form="private"),
        Field("signatures", "array", "Who signed: role, name, for whom, how, when, and the file of "
              "the scan.", form="private"),
        whole("witnesses", "How many of them are by somebody else than whoever passed the gate; "
              "empty where it was recorded before that was asked for."),
        truth("both_sides", "Of an agreement: whether somebody signed for the city and somebody "
              "else for the company; empty where it was recorded before that was asked for."),
    ),
    unique=(("pilot", "kind"),),
)  # fmt: skip

FEEDBACK_TENS = Resource(
    "feedback_tens",
    "Answers at the sites, ten by ten",
    "Ten people, or twenty, thirty, ..., who said the same at one place: everything that is public "
    "of residents' answers is a sum of these. None is ever taken back or changed.",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        to("site", "sites", "Where; empty: at several sites put together."),
        text("area", "The neighbourhood of several sites; empty: all sites of the arm.", 80),
        choice("arm", "Pilot or comparison sites.", *ARMS, required=True),
        day("since", "Since which day people were counted anew; empty: from the beginning."),
        choice("rating", "Better, the same or worse.", *RATINGS, required=True),
        day("counted_on", "On which day they were counted.", required=True),
        whole("people", "How many people.", 10, required=True),
    ),
)

FEEDBACK = Resource(
    "feedback",
    "Feedback at the sites",
    "Private: every answer. Public: words alone that were accepted and may be shown, with the "
    "month, without the answer, the day or anything that leads to the person; answers are only "
    "counted, in feedback_counts.csv.",
    (
        identity(),
        to("site", "sites", "Site."),
        to("participant", "participants", "Who, where known.", form="private"),
        choice("rating", "Better, the same or worse.", *RATINGS, form="private"),
        to("voice", "voices", "Words that went with it.", form="private"),
        choice("channel", "How it was given.", *CHANNELS, form="private"),
        moment("given_at", "When.", form="private"),
        day("given_on", "On which day.", form="private"),
        moment("rated_at", "When the answer of now was given.", form="private"),
        moment("worded_at", "When the words of now were given.", form="private"),
        moment("came_at", "When it came in, or more of it.", form="private"),
        text("photo_words", "What the photo shows.", 200, form="private"),
        truth("may_show_photo", "Whether the photo may be shown.", form="private"),
        truth("photo_withheld", "Whether a moderator keeps the photo back.", form="private"),
        text("photo_public_words", "What everybody reads of the photo, where that was changed.",
             200, form="private"),
        to("ten", "feedback_tens", "Where it is counted in public.", form="private"),
        truth("one_network", "Whether many came over one network that day.", form="private"),
        number("latitude", "Where exactly.", low=-90, high=90, form="private"),
        number("longitude", "Where exactly.", low=-180, high=180, form="private"),
        text("address", "Where exactly, in words.", 160, form="private"),
        text("text", "The words, with contact details removed.", 4000, form="public"),
        text("language", LANGUAGE, 12, form="public"),
        day("month", "The month in which it was said, as its first day.", form="public"),
    ),
)  # fmt: skip

FEEDBACK_COUNTS = Resource(
    "feedback_counts",
    "Answers at the sites, counted",
    "How many people said better, the same or worse since the technology is on (before that, from "
    "the beginning): the sum of feedback_tens.csv. Each person counts once, and anew after each "
    "change. An empty count: fewer than ten are counted.",
    (
        to("pilot", "pilots", "Pilot."),
        choice("arm", "Pilot or comparison sites.", *ARMS, required=True),
        whole("better", "How many said better."),
        whole("same", "How many said the same."),
        whole("worse", "How many said worse."),
        whole("answers", "How many people answered, at least."),
    ),
    key=("pilot", "arm"),
    form="public",
)

CHANGES = Resource(
    "changes",
    "You said, we did",
    "Changes made because of feedback.",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        text("you_said", "What people said.", 500, required=True),
        text("we_did", "What was done.", 500, required=True),
        day("changed_on", "From which day.", required=True),
        to("meeting", "meetings", "Roundtable that led to it.", form="private"),
        to("version", "pilot_versions", "Version of the pilot that it made."),
        to("entered_by", "members", "Who entered it.", form="private"),
        whole("counted_people", "How many people are counted in public, with those who left.",
              form="private"),
        whole("asked_by", "At least how many people asked for it; empty below 10.", 10,
              form="public"),
    ),
)  # fmt: skip

CHANGE_FEEDBACK = Resource(
    "change_feedback",
    "Feedback behind the changes",
    "Which answers led to which change.",
    (
        identity(),
        to("change", "changes", "Change.", required=True),
        to("feedback", "feedback", "Answer.", required=True),
        truth("counted", "Whether the person is counted there in public."),
    ),
    unique=(("change", "feedback"),),
    form="private",
)

DATASTREAMS = Resource(
    "datastreams",
    "Datastreams",
    "One indicator at one site from one source.",
    (
        identity(),
        to("site", "sites", "Site.", required=True),
        to("indicator", "indicators", "Indicator.", required=True),
        text("source", "Source.", 120),
    ),
    unique=(("site", "indicator", "source"),),
    form="private",
)

OBSERVATIONS = Resource(
    "observations",
    "Readings",
    "What was measured. Private: by datastream. Public, and by hand: by site and indicator.",
    (
        to("datastream", "datastreams", "Datastream.", required=True, form="private"),
        to("site", "sites", "Site.", required=True, form="public"),
        to("indicator", "indicators", "Indicator.", form="public"),
        moment("time", "When.", required=True),
        number("value", "Reading in the indicator's unit.", required=True),
    ),
    key=(),
    one_of=(("datastream", "site"),),
)

IMPORTS = Resource(
    "imports",
    "Files of readings",
    "Files that were taken in.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("file_name", "Name of the file.", 200, required=True),
        text("sha256", "Fingerprint of the file.", 64, required=True),
        whole("rows", "Rows in the file.", required=True),
        whole("added", "Rows that were new.", required=True),
        whole("replaced", "Readings that were there with another value."),
        to("by", "members", "Who sent it."),
        moment("imported_at", "When.", required=True),
    ),
    form="private",
)

DEVICE_NOTES = Resource(
    "device_notes",
    "What was done to devices",
    "From which day a device at a site was another one, hung elsewhere or was set anew.",
    (
        identity(),
        to("site", "sites", "Site.", required=True),
        to("indicator", "indicators", "What the device measures; empty: everything at the site."),
        day("done_on", "From which day.", required=True),
        choice("what", "What was done.", "replaced", "moved", "recalibrated", "checked",
               required=True),
        text("note", "Note of the team.", 300),
        to("noted_by", "members", "Who noted it."),
        moment("noted_at", "When it was noted.", required=True),
    ),
    form="private",
)  # fmt: skip

FEEDBACK_SERIES = Resource(
    "feedback_series",
    "Indicators read from feedback",
    "Which indicator of a pilot is read from residents' answers at its sites, and as what.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("indicator", "indicators", "Indicator.", required=True),
        choice("of", "What is read.", "better", "difference", required=True),
    ),
    unique=(("pilot", "indicator"),),
    form="private",
)

SURVEYS = Resource(
    "surveys",
    "Surveys",
    "Surveys that were taken in: shares of ten people or more, never single answers.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("indicator", "indicators", "Indicator.", required=True),
        text("counted", "Answers that count, parted by commas.", 300, required=True),
        json("population", "Group and its share of the population."),
        text("file_name", "Name of the file.", 200, required=True),
        text("sha256", "Fingerprint of the file.", 64, required=True),
        whole("people", "People who answered.", required=True),
        json("results", "Share and range of each wave and kind of site."),
        to("by", "members", "Who sent it."),
        moment("imported_at", "When.", required=True),
    ),
    form="private",
)

PLAN = Resource(
    "plan",
    "Evaluation plan",
    "What is estimated and how, said before the technology is on.",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        to("indicator", "indicators", "Indicator."),
        choice("period", "Readings are averaged by.", "week", "day"),
        number("level", "Confidence level, 0.5 to below 1.", low=0.5, high=0.999999),
        number("worth_it", "Change that would be worth it."),
        truth("counts", "Whether readings are counts over equally long times, added up."),
        moment("frozen_at", "When the plan was frozen."),
        text("frozen_name", "What is measured, as the plan was frozen with it.", 160),
        text("frozen_unit", "Its unit then.", 40),
        choice("frozen_direction", "Its direction then.", "down", "up"),
        text("frozen_code", "Its code then.", 60),
        text("question", "The question, in one sentence.", 300),
        to("unmoved", "indicators", "An indicator that the technology should leave as it is."),
        choice("looks", "When a verdict may be read.", "once", "half", "monthly"),
        number("lowest", "Lowest reading that can be true; what lies below is left out."),
        number("highest", "Highest reading that can be true; what lies above is left out."),
        text("bad_readings", "What else counts as a bad reading.", 500),
        choice("chosen_because", "Whether pilot sites were chosen for bad last readings.",
               "extreme", "other"),
        json("frozen", "The whole plan as it was frozen."),
        text("frozen_sha256", "SHA-256 of the canonical text of `frozen`.", 64),
        text("pilot_title", "Title of the pilot, when there is no pilots.csv.", 160, form="plain"),
        day("technology_on", "Technology on, when there is no pilots.csv.", form="plain"),
        truth("randomised", "Sites drawn by lot, when there is no pilots.csv.", form="plain"),
        text("indicator_name", "What is measured, when there is no indicators.csv.", 160,
             form="plain"),
        text("unit", "Its unit, when there is no indicators.csv.", 40, form="plain"),
        choice("direction", "Its direction, when there is no indicators.csv.", "down", "up",
               form="plain"),
    ),
    unique=(("pilot",),),
)  # fmt: skip

ESTIMATES = Resource(
    "estimates",
    "Estimates",
    "What changed compared with the comparison sites, as computed. Public: the newest of each "
    "pilot and indicator.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("indicator", "indicators", "Indicator.", required=True),
        moment("computed_at", "When it was computed.", required=True),
        whole("readings", "Readings that went in.", required=True),
        json("result", "The result; sites by their names.", required=True),
    ),
)

DECISIONS = Resource(
    "decisions",
    "Decisions",
    "How the pilots end.",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        choice("kind", "How it ends. `scale`, as earlier versions wrote it, is read as `rollout`.",
               "rollout", "expand", "replicate", "adapt", "stop", required=True,
               formerly=(("scale", "rollout"),)),
        text("reason", "Why.", 3000, required=True),
        text("decided_by", "Who decided.", 160),
        day("decided_on", "When.", required=True),
        text("next_step", "What happens next.", 500),
        text("second_year", "Who pays from now on.", 300),
        text("difference_reason", "Why something else is bought than was piloted.", 1000),
        text("difference_signed_by", "Who signed that.", 160),
        text("unheard_reason", "Of a stop: why some groups were not asked before.", 500),
        to("entered_by", "members", "Who entered it.", form="private"),
    ),
    unique=(("pilot",),),
)  # fmt: skip

LESSON = Resource(
    "lesson",
    "Lessons",
    "What worked, what did not, and where it would transfer. Public: published lessons alone.",
    (
        identity(),
        to("pilot", "pilots", "Pilot."),
        text("public_id", "Name of the lesson between instances (UUID).", 36),
        text("title", "Title.", 160, required=True),
        text("language", LANGUAGE, 12),
        text("problem", "The problem.", 2000),
        text("tried", "What was tried.", 3000),
        text("worked", "What worked.", 3000),
        text("did_not_work", "What did not work.", 3000),
        text("surprises", "Surprises.", 3000),
        text("conditions", "Conditions that mattered.", 3000),
        text("cost", "Cost and who paid.", 500),
        choice("again", "Would you do it again.", "yes", "changed", "no"),
        whole("evidence_level", "Strength of the evidence, 0 to 5 (Maryland scale).", 0, high=5),
        text("evidence_reason", "Code of the reason for the level.", 60),
        to("written_by", "members", "Who wrote it.", form="private"),
        moment("changed_at", "Last change.", form="private"),
        moment("published_at", "When it was published.", form="private"),
        day("published_on", "Day on which it was published.", form="public"),
    ),
    unique=(("pilot",),),
)
