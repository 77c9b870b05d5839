"""Tables about the partnership, its people, and residents' words."""

from __future__ import annotations

from .types import Field, Resource, choice, day, identity, moment, text, to, truth, whole

CHANNELS = ("web", "paper", "room", "kiosk", "import")
LEVELS = ("none", "email", "passkey", "sign_in", "code", "in_person")
LEVEL = (
    "none: no sign; email: a code by mail; passkey; sign_in: the city's sign-in; code: a printed "
    "code; in_person: seen by staff."
)
KINDS = ("statement", "feedback", "story", "objection")
GROUPS = ("municipal", "community", "company", "academic", "resident")
ROLES = (
    "lead", "facilitator", "analyst", "organisation", "company", "researcher", "observer",
)  # fmt: skip
LANGUAGE = "Language of the text, a BCP 47 tag such as en or zh-Hant."

PARTNERSHIP = Resource(
    "partnership",
    "The partnership",
    "One row: who works on which problem, and where.",
    (
        text("slug", "Short name in addresses: small letters, digits and hyphens.", 60),
        text("name", "Name of the partnership.", 120, required=True),
        text("problem", "The problem, in residents' words.", 2000),
        text("town", "Town or district.", 120),
        text("playbook", "Code of the playbook it started from.", 60),
        text("language", "Main language, a BCP 47 tag.", 12),
        truth("made_up", "True for a made-up example: nobody in it is real."),
        moment("created_at", "When the partnership was opened.", form="private"),
    ),
    key=("name",),
)

MEMBERS = Resource(
    "members",
    "Members",
    "Everybody who signs in for this partnership or once did something for it.",
    (
        identity(),
        text(
            "email", "E-mail address; on import it finds or makes the account.", 254, required=True
        ),
        text("name", "Name.", 120),
        text("language", "Language of the account.", 12),
        choice("role", "Role; empty for somebody who is no member any more.", *ROLES),
        moment("joined_at", "When the role was given."),
        moment("seen_at", "Last visit of the desk."),
    ),
    unique=(("email",),),
    form="private",
)

INVITATIONS = Resource(
    "invitations",
    "Invitations",
    "Who was invited. The secret of an invitation is never exported: one that is still open must "
    "be sent again after an import.",
    (
        identity(),
        text("email", "E-mail address.", 254, required=True),
        text("name", "Name.", 120),
        choice("role", "Role offered.", *ROLES, required=True),
        text("group", "Stakeholder group offered.", 20),
        to("created_by", "members", "Who invited."),
        moment("created_at", "When.", required=True),
        moment("expires_at", "Until when it could be accepted.", required=True),
        moment("accepted_at", "When it was accepted."),
        to("accepted_by", "members", "Who accepted it."),
    ),
    form="private",
)

PARTICIPANTS = Resource(
    "participants",
    "Participants",
    "Everybody who gave a vote or a word, without anything that leads to them. The keys that "
    "recognise a device are never exported; an import makes new ones that nobody holds.",
    (
        identity(),
        choice("channel", "How they took part first.", *CHANNELS),
        text("reference", "Number of a paper sheet, where there is one.", 60),
        moment("created_at", "When they first took part."),
    ),
    form="private",
)

VERIFICATIONS = Resource(
    "verifications",
    "Steps of certainty",
    "Which signs a participant gave of being one person, and when. The digest of the address, "
    "account or code is never exported: it holds under the secret of this instance alone.",
    (
        identity(),
        to("participant", "participants", "Who.", required=True),
        choice("level", LEVEL, *LEVELS, required=True),
        moment("verified_at", "When.", required=True),
        to("verified_by", "members", "Who of the staff saw the person."),
    ),
    unique=(("participant", "level"),),
    form="private",
)

VOICES = Resource(
    "voices",
    "Residents' words",
    "Private: every text a resident gave, with consent and moderation. Public: stories and "
    "objections alone that were accepted and whose author agreed to their being shown; statements "
    "and feedback have their own tables.",
    (
        identity(),
        to("participant", "participants", "Who said it, where known.", form="private"),
        choice("kind", "What kind of text.", *KINDS, required=True),
        text(
            "text",
            "Private: as written. Public: with contact details removed.",
            4000,
            required=True,
        ),
        text("public_text", "What may be shown.", 4000, form="private"),
        text("language", LANGUAGE, 12),
        choice("channel", "How it was given.", *CHANNELS, form="private"),
        choice("consent", "Whether it may be shown.", "none", "public", form="private"),
        text("consent_wording", "Code of the sentence that was agreed to.", 40, form="private"),
        moment("consent_at", "When it was agreed to.", form="private"),
        choice("state", "Moderation.", "waiting", "accepted", "declined", form="private"),
        text("state_reason", "Why it was declined.", 200, form="private"),
        to("state_by", "members", "Who moderated.", form="private"),
        moment("state_at", "When it was moderated.", form="private"),
        text("place", "Place it is about.", 120, form="private"),
        moment("said_at", "When it was said.", form="private"),
        to("entered_by", "members", "Who typed it in for the person.", form="private"),
    ),
)

STAKEHOLDERS = Resource(
    "stakeholders",
    "Stakeholders",
    "Private: every person and organisation. Public: the organisations that take part, by name; "
    "people are only counted, in stakeholder_counts.csv.",
    (
        identity(),
        choice("kind", "Person or organisation.", "person", "organisation"),
        text("name", "Name.", 120, required=True),
        choice("group", "Stakeholder group.", *GROUPS, required=True),
        to("organisation", "stakeholders", "Organisation a person belongs to.", form="private"),
        to("membership", "members", "Their account.", form="private"),
        choice("status", "How far they are.", "known", "invited", "taking_part", "left",
               form="private"),
        whole("influence", "Influence, 1 to 5.", 1, high=5, form="private"),
        whole("interest", "Interest, 1 to 5.", 1, high=5, form="private"),
        text("concerns", "Concerns, as told.", 2000, form="private"),
        choice("contact_preference", "How they wish to be reached.",
               "email", "phone", "post", "in_person", "none", form="private"),
        text("contact", "Address or number.", 200, form="private"),
        text("neighbourhood", "Neighbourhood.", 80, form="private"),
        text("language", "Language.", 12, form="private"),
        moment("created_at", "When they were added.", form="private"),
    ),
    unique=(("name", "group", "kind"),),
)  # fmt: skip

STAKEHOLDER_COUNTS = Resource(
    "stakeholder_counts",
    "How many people of each group take part",
    "People, organisations not counted. An empty count is hidden: it is small, or would give a "
    "small one away. Counts are “at least”, in steps of five.",
    (
        choice("group", "Stakeholder group; `all` is the total.", *GROUPS, "all", required=True),
        whole("people", "How many take part; empty where hidden."),
    ),
    key=("group",),
    form="public",
)

HARDLY_HEARD = Resource(
    "hardly_heard",
    "Who is hardly heard",
    "Groups and neighbourhoods that should take part and do not, or hardly.",
    (
        choice("dimension", "What kind of part.", "group", "neighbourhood", required=True),
        text("value", "Which group or neighbourhood.", 80, required=True),
        choice("level", "Nobody takes part, or fewer than half of the target of 20 or more.",
               "nobody", "few", required=True),
        text("reason", "Why the partnership goes on without them, as it said itself.", 1000),
    ),
    key=("dimension", "value"),
    form="public",
)  # fmt: skip

TARGETS = Resource(
    "targets",
    "Targets",
    "How many of a group or neighbourhood should take part.",
    (
        identity(),
        choice("dimension", "Of what.", "group", "neighbourhood", required=True),
        text("value", "Which.", 80, required=True),
        whole("count", "How many at least.", required=True),
    ),
    unique=(("dimension", "value"),),
    form="private",
)

EMPTY_GROUP_REASONS = Resource(
    "empty_group_reasons",
    "Reasons for going on without a group",
    "Why the partnership goes on although nobody of a group takes part.",
    (
        identity(),
        choice("group", "Stakeholder group.", *GROUPS, required=True),
        text("reason", "Why.", 1000, required=True),
        to("by", "members", "Who gave the reason."),
        moment("given_at", "When.", required=True),
    ),
    unique=(("group",),),
    form="private",
)

MEETINGS = Resource(
    "meetings",
    "Meetings",
    "Private: everything. Public: only that one was held, and on which day.",
    (
        identity(),
        text("title", "Title.", 160, form="private"),
        moment("starts_at", "Starts.", form="private"),
        moment("ends_at", "Ends.", form="private"),
        text("place", "Place.", 200, form="private"),
        text("agenda", "Agenda.", 5000, form="private"),
        text("minutes", "Minutes.", 20000, form="private"),
        truth("cancelled", "Whether it was cancelled.", form="private"),
        text("uid", "Stable name in calendars (iCalendar UID).", 36, form="private"),
        whole("sequence", "Revision in calendars (iCalendar SEQUENCE).", form="private"),
        moment("changed_at", "Last change.", form="private"),
        day("held_on", "Day on which it was held.", form="public"),
    ),
)

ATTENDANCE = Resource(
    "attendance",
    "Attendance",
    "Who was invited to which meeting, and who came.",
    (
        identity(),
        to("meeting", "meetings", "Meeting.", required=True),
        to("stakeholder", "stakeholders", "Who.", required=True),
        truth("attended", "Whether they came."),
    ),
    unique=(("meeting", "stakeholder"),),
    form="private",
)

LEDGER = Resource(
    "ledger",
    "Ledger",
    "Who did what, when: names of fields only, never anybody's words.",
    (
        identity(),
        moment("at", "When.", required=True),
        to("by", "members", "Who; empty for the system."),
        text("action", "What was done.", 80, required=True),
        text("object_type", "Kind of record.", 60),
        text("object_table", "Table of the record, when it is in this folder.", 40),
        text("object_row", "Its id in that table.", 20),
        text("object_id", "Name of a record that is not in this folder any more.", 60),
        Field("fields", "array", "Names of the fields that changed."),
    ),
    form="private",
)
