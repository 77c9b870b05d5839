"""Tables about a pilot's record: call, agreement, signatures, versions, tasks, registers."""

from __future__ import annotations

from .pilots import GATES
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

GATE_USES = Resource(
    "gate_uses",
    "Which gates are used",
    "Gates that may be left out, and whether this partnership uses them.",
    (
        identity(),
        choice("kind", "Which gate.", *GATES, required=True),
        truth("used", "Whether it is used.", required=True),
    ),
    unique=(("kind",),),
)

PAST_GATES = Resource(
    "past_gates",
    "Gates that were opened again",
    "Each as it had been passed, and why it was opened again. Documents, and who signed, are in "
    "the private export alone.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("kind", "Which gate.", *GATES, required=True),
        text("document", "Document or link.", 20000, form="private"),
        text("signed_by_name", "Who had signed.", 400, form="private"),
        day("passed_on", "When it had been passed.", required=True),
        moment("recorded_at", "When that was written down.", form="private"),
        json("facts", "What the plan said then.", form="private"),
        Field("signatures", "array", "Who had signed, as in gates.csv.", form="private"),
        moment("reopened_at", "When it was opened again.", form="private"),
        day("reopened_on", "The day on which it was opened again.", form="public"),
        to("reopened_by", "members", "Who opened it again.", form="private"),
        text("reason", "Why.", 500),
    ),
)

GATE_DRAFTS = Resource(
    "gate_drafts",
    "Documents before they are signed",
    "The text that is to be signed for a gate.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("kind", "Which gate.", *GATES, required=True),
        text("text", "The document.", 20000, required=True),
        moment("changed_at", "Last change.", required=True),
        to("changed_by", "members", "Who changed it."),
    ),
    unique=(("pilot", "kind"),),
    form="private",
)

GATE_SIGNERS = Resource(
    "gate_signers",
    "Who signs which gate",
    "Each with their deputy and, once there, their signature. Links by which somebody signs are "
    "never exported: they have to be sent again after an import.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("kind", "Which gate.", *GATES, required=True),
        text("role", "As what they sign.", 120, required=True),
        choice("side", "Of the agreement: for which side.", "city", "company"),
        to("user", "members", "Who, with an account."),
        text("name", "Who, without one.", 120),
        to("deputy", "members", "Deputy."),
        moment("signed_at", "When they signed."),
        text("signed_name", "Name of who signed.", 120),
        to("signed_by", "members", "Whose account it was."),
        text("signed_for", "In whose place.", 120),
        choice("how", "How they signed.", "account", "link", "scan"),
        text("signed_sha256", "SHA-256 of what was signed.", 64),
        text("scan", "File of the scan; see media.csv.", 120),
    ),
    unique=(("pilot", "kind", "role"),),
    form="private",
)

CALLS = Resource(
    "calls",
    "Calls for solutions",
    "The open call, its criteria, and who chose; or why there was none.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("link", "Address of the call.", 400),
        day("opened_on", "Opened on."),
        day("closes_on", "Closes on."),
        text("criteria", "Criteria with their weights, one to a line.", 4000),
        text("criteria_sha256", "SHA-256 of the criteria when the call opened.", 64,
             form="private"),
        moment("criteria_fixed_at", "When they were written down as they stand.", form="private"),
        text("no_call_reason", "Why there was no open call.", 500),
        day("chosen_on", "Chosen on."),
        text("chosen_by", "Who chose.", 300),
        text("chosen_why", "Why; empty where it is not recorded.", 3000),
    ),
    unique=(("pilot",),),
)  # fmt: skip

PAST_CALLS = Resource(
    "past_calls",
    "Calls that were withdrawn",
    "What each asked for, and why it was withdrawn.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("link", "Address of the call.", 400),
        day("opened_on", "Opened on.", required=True),
        day("closes_on", "Was to close on."),
        text("criteria", "Criteria with their weights, one to a line.", 4000),
        text("criteria_sha256", "SHA-256 of the criteria.", 64, form="private"),
        moment("withdrawn_at", "When it was withdrawn.", form="private"),
        day("withdrawn_on", "The day on which it was withdrawn.", form="public"),
        text("reason", "Why.", 500, required=True),
    ),
)

BIDS = Resource(
    "bids",
    "Offers",
    "Who offered, for how much, and whether they were chosen. Public: once somebody is chosen.",
    (
        identity(),
        to("call", "calls", "Call.", required=True),
        text("organisation", "Who offered.", 160, required=True),
        number("amount", "Amount; empty where none is recorded."),
        text("currency", "Currency, three letters.", 3),
        text("score", "Score.", 60),
        truth("chosen", "Whether it was chosen."),
        text("reason", "Why, or why not; empty where it is not recorded.", 500),
    ),
    unique=(("call", "organisation"),),
)

DECLARATIONS = Resource(
    "declarations",
    "Interests of those who chose",
    "What each of them declared. Public: once somebody is chosen, without who it was.",
    (
        identity(),
        to("call", "calls", "Call.", required=True),
        text("juror", "Who: a role is enough.", 160, required=True, form="private"),
        truth("none", "Whether there is no interest in any offer."),
        text("interest", "Which interest, and what followed.", 500),
        day("declared_on", "Declared on; empty where it was not."),
        choice("how", "How it was declared.", "told", "link", "scan"),
        text("signed_name", "Who declared by a link.", 120, form="private"),
        text("missing_reason", "Why it was not declared.", 500),
    ),
    unique=(("call", "juror"),),
)

CLAUSES = Resource(
    "clauses",
    "What the agreement settles",
    "Seven things, each with where it stands in the agreement, or why it is missing.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("code", "What.", "ownership", "audit", "deletion", "secondary_use", "removal",
               "publication", "service_levels", required=True),
        truth("settled", "Whether it stands in the agreement."),
        text("where", "Where.", 160),
        text("missing_reason", "Why it is missing.", 500),
        text("task_text", "What is to be done, where the rule was not taken.", 300),
        text("task_owner", "Who does it: a role, where the rule was not taken.", 160),
        day("task_due_on", "Until when, where the rule was not taken."),
        truth("task_every_year", "Whether again every year; empty where the rule was taken."),
        text("no_task_reason", "Why no dated task follows.", 500),
    ),
    unique=(("pilot", "code"),),
)  # fmt: skip

PILOT_VERSIONS = Resource(
    "pilot_versions",
    "Versions of what is piloted",
    "Every change of the technology makes a new one.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        whole("number", "Number, from 1.", 1, required=True),
        day("from_on", "From which day.", required=True),
        text("what", "What changed.", 500),
        day("written_on", "When its properties were written down; empty where nobody kept that."),
    ),
    unique=(("pilot", "number"),),
)

SPECIFICATION = Resource(
    "specification",
    "Specification",
    "Properties of each version that was piloted, and of what is to be bought.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("version", "pilot_versions", "Version; empty for what is to be bought."),
        text("name", "Property.", 80, required=True),
        text("value", "Value with its unit.", 160, required=True),
    ),
    unique=(("pilot", "version", "name"),),
)

TASKS = Resource(
    "tasks",
    "Dated tasks",
    "What somebody has to have done by a day: obligations of the agreement, removal, repairs.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("site", "sites", "Site."),
        choice("kind", "Kind.", "obligation", "removal", "device", "disclosure", "other"),
        to("indicator", "indicators", "What a silent device measured."),
        text("clause", "Clause of the agreement from which it comes.", 24),
        text("text", "What is to be done.", 300, required=True),
        text("owner", "Who does it: a role.", 160),
        day("due_on", "Until when.", required=True),
        day("first_due_on", "What was promised first; empty where it was never moved."),
        Field("moves", "array", "Each time the day was moved: from, to, on which day, and why."),
        day("done_on", "Done on."),
        to("done_by", "members", "Who did it."),
        text("proof", "Proof, or where it lies.", 300),
    ),
    form="private",
)

NOTICES = Resource(
    "notices",
    "What residents were told",
    "At the sites and on the pilot's page.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("kind", "What happened.", "paused", "resumed", "stopped", "reopened", "changed",
               "removed", required=True),
        choice("gate", "Which gate was opened again.", *GATES),
        text("text", "What they were told.", 600, required=True),
        moment("told_at", "When.", form="private"),
        day("told_on", "On which day.", form="public"),
    ),
)  # fmt: skip

REGISTER_ENTRIES = Resource(
    "register_entries",
    "Sensor register",
    "What the register says of each kind of device.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        text("name", "Device.", 160, required=True),
        choice("sensor_type", "Kind of sensor.", "sound", "camera", "chemical", "electricity",
               "flow", "position", "optical", "pressure", "density", "temperature", "proximity",
               "other", required=True),
        text("does", "What a device does that is none of the kinds.", 80),
        text("themes", "Themes.", 200),
        text("organisation", "Who owns it.", 160),
        text("email", "E-mail of a role.", 254, form="private"),
        truth("contains_personal_data", "Whether it takes in personal data."),
        text("no_personal_data_because", "Why a camera or an optical sensor takes in none.", 500),
        choice("legal_ground", "Legal ground (GDPR, Article 6(1)).", "consent", "contract",
               "legal_obligation", "vital_interests", "public_task", "legitimate_interests"),
        text("privacy_url", "Address of the privacy statement.", 400),
        day("active_until", "There until.", required=True),
        text("reference", "Number in the city's register.", 80),
        Field("moves_in", "array", "Neighbourhoods in which the device moves; empty: it stays at "
              "the sites."),
        day("published_on", "From which day everybody could read it."),
    ),
    unique=(("pilot", "name"),),
)  # fmt: skip

AREAS = Resource(
    "areas",
    "Neighbourhoods",
    "How many people live there, and how much they need what is piloted.",
    (
        identity(),
        text("name", "Neighbourhood.", 80, required=True),
        whole("residents", "How many people live there."),
        choice("need", "Need.", "low", "middle", "high"),
        text("need_source", "How the need is known.", 200),
    ),
    unique=(("name",),),
)

DRAWN_SITES = Resource(
    "drawn_sites",
    "Sites of the draw in force",
    "Each site that the lot in force was drawn among; none of them can be deleted.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("site", "sites", "Site.", required=True),
    ),
    unique=(("site",),),
    form="private",
)

PAST_DRAWS = Resource(
    "past_draws",
    "Draws that no longer stand",
    "A site was added, moved or taken out after the draw, or after its number was promised: what "
    "was drawn, and why it was given up.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        digits(
            "seed",
            "Number of the draw, so that anybody can repeat it: up to 128 bits.",
            39,
            required=True,
        ),
        text("commitment", "SHA-256 of the number, published before the draw.", 64),
        moment("committed_at", "When that was published.", form="private"),
        Field(
            "sites",
            "array",
            "Each site of the draw: code, name, arm, and step; the arm is "
            "empty where the number was promised and not drawn.",
        ),
        moment("voided_at", "When it was given up.", form="private"),
        day("voided_on", "On which day it was given up.", form="public"),
        text("reason", "Why.", 500, required=True),
    ),
)

SITE_COVARIATES = Resource(
    "site_covariates",
    "What is known of sites",
    "From before, to find sites that are alike.",
    (
        identity(),
        to("site", "sites", "Site.", required=True),
        text("name", "What.", 80, required=True),
        number("value", "Value.", required=True),
    ),
    unique=(("site", "name"),),
    form="private",
)

RETIRED_CODES = Resource(
    "retired_codes",
    "Codes of sites that were deleted",
    "What was printed goes on answering. A code is never given to another site.",
    (
        identity(),
        text("code", "The code.", 12),
        to("pilot", "pilots", "Pilot."),
        text("site_name", "Name of the site.", 120, required=True),
        text("pilot_title", "Title of the pilot.", 160, required=True),
        text("language", "Language of the page, a BCP 47 tag.", 12),
        day("retired_on", "Since when.", required=True),
    ),
    unique=(("code",),),
    form="private",
)

REPORT_NOTES = Resource(
    "report_notes",
    "Words for reports",
    "What the lead added to a report, or why nothing is recorded.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("which", "Which report.", "mid-term", "final", required=True),
        text("code", "Which question.", 24, required=True),
        text("text", "The words.", 3000),
        text("missing_reason", "Why nothing is recorded.", 500),
        moment("written_at", "When.", required=True),
    ),
    unique=(("pilot", "which", "code"),),
    form="private",
)

GROUP_VIEWS = Resource(
    "group_views",
    "What each group says of how a pilot ends",
    "One row for each of the five groups that said something, or did not answer.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        choice("group", "Group.", "municipal", "community", "company", "academic", "resident",
               required=True),
        text("text", "What they say.", 2000, required=True),
        text("said_by", "Who said it: a role or an organisation.", 160),
        day("said_on", "When.", required=True),
        truth("heard", "Whether somebody of it was heard; if not, the text says why."),
    ),
    unique=(("pilot", "group"),),
)  # fmt: skip

ENDING_VIEWS = Resource(
    "ending_views",
    "What organisations say of how a pilot ends",
    "Written by each organisation itself, before the decision.",
    (
        identity(),
        to("pilot", "pilots", "Pilot.", required=True),
        to("stakeholder", "stakeholders", "Organisation.", required=True),
        text("text", "What it says.", 3000, required=True),
        text("language", "In which language.", 12),
        to("by", "members", "Who wrote it.", form="private"),
        moment("written_at", "When.", form="private"),
        day("written_on", "On which day.", form="public"),
    ),
    unique=(("pilot", "stakeholder"),),
)
