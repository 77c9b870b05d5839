"""The text that each gate's document starts from, for every playbook that has none of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import Text

GATE_DOCUMENTS: dict[str, Text] = {
    "problem": _(
        "The problem, as residents say it:\n\n"
        "Who has it, where, and when:\n\n"
        "The department that owns it, and who there answers for it:\n\n"
        "The indicator that will tell whether it got better:\n\n"
        "What would make us stop:\n\n"
        "Who would pay for the second year:"
    ),
    "stakeholders": _(
        "Who is affected at the sites:\n\n"
        "Who decides:\n\n"
        "Who takes part from each of the five groups:\n\n"
        "Who is missing, why, and how we keep trying:"
    ),
    "data_protection": _(
        "What is measured, and why (systematic description):\n\n"
        "Why this is necessary, and what less would do:\n\n"
        "Risks to residents:\n\n"
        "Measures against them:\n\n"
        "Who receives data, and who may not:\n\n"
        "How long data is kept, and how its deletion is proved:\n\n"
        "Advice of the data-protection officer:"
    ),
    "disclosure": _(
        "Where each notice hangs, and since when:\n\n"
        "Register entry:\n\n"
        "Who answers questions, and within how many days:\n\n"
        "How people were told who do not read this language:"
    ),
    "measuring": _(
        "What was installed at each pilot site and each comparison site, and when:\n\n"
        "Who checked that it measures the same thing at all of them:\n\n"
        "Who is told when a sensor falls silent:"
    ),
    "baseline": _(
        "How many weeks of readings there are at each site:\n\n"
        "What else changed at the sites in this time:"
    ),
    "technology": _(
        "What was switched on, in which version, at which sites:\n\n"
        "What differs from the plan:\n\n"
        "Whom residents call when it does not work:"
    ),
    "call": _(
        "Where the call stands, and from when to when it is open:\n\n"
        "Criteria and their weights:\n\n"
        "Who was told of it, and how:"
    ),
    "selection": _(
        "Who was chosen, by whom, and why:\n\n"
        "Who else offered, and why not they:\n\n"
        "Interests that were declared:"
    ),
    "agreement": _(
        "Number and date of the agreement, and where it lies:\n\n"
        "What it settles about data, audit, deletion, removal and publication:\n\n"
        "What it leaves open, and why:"
    ),
    "sites": _(
        "How the sites were found, and who proposed them:\n\n"
        "Which places are compared, and why they are alike:\n\n"
        "Which neighbourhoods are served, and which are not:"
    ),
    "feedback": _(
        "What residents say most, in their words:\n\n"
        "What was done about it, and what will not be, because:\n\n"
        "Who has not been heard yet:"
    ),
    "change": _(
        "What works and what does not, halfway:\n\n"
        "What changes, from which day, and who asked for it:\n\n"
        "What this means for the evaluation:"
    ),
    "evaluation": _(
        "Design, sites and weeks:\n\n"
        "What changed, with its range, for every planned indicator:\n\n"
        "What is not known, and the strongest reason to doubt:\n\n"
        "What residents say about the same:"
    ),
    # Signed only where what is to be bought differs from what was piloted.
    "decision": _(
        "Why something else is bought than was piloted:\n\n"
        "What is known of what differs, and from where:\n\n"
        "How it will be checked once it is there:"
    ),
    "lesson": _("What worked:\n\nWhat did not work:\n\nWhere it would work too, and where not:"),
}

# Where nobody can be identified, data protection is signed on this instead of an assessment.
SCREENING: Text = _(
    "Screening: is a data-protection assessment needed?\n\n"
    "What is measured, and at which places:\n\n"
    "Why nobody can be identified from it, not even together with other data:\n\n"
    "Is a public place watched systematically and on a large scale? Why not:\n\n"
    "Are children, health, or decisions about single people touched? Why not:\n\n"
    "What would make an assessment necessary later:\n\n"
    "Advice of the data-protection officer:\n\n"
    "Result: no assessment is needed, because"
)

# Which facts of the record answer which question of these documents; empty: the record has none.
RECORD_ANSWERS: dict[str, tuple[str, ...]] = {
    "call": ("call", "criteria", ""),
    "selection": ("chosen", "others", "interests"),
    "stakeholders": ("", "", "groups", ""),
    "agreement": ("", "settled", "left_open"),
    "disclosure": ("", "entries", "", ""),
    "technology": ("switched_on", "", "number"),
}

# Which part of the plan answers which question of the document of the problem gate; "" is for
# every playbook without a document of its own, an empty name is a question that the plan leaves.
PROBLEM_ANSWERS: dict[str, tuple[str, ...]] = {
    "": ("problem", "", "owner_department", "indicators", "stop_rule", "second_year"),
    "smart-street-lighting": (
        "problem",
        "",
        "",
        "owner_department",
        "indicators",
        "stop_rule",
        "second_year",
    ),
}
