"""What the record of the lamps' pilot holds: call, agreement, signatures, pulse, promises."""

from __future__ import annotations

# Gates that this partnership uses of those that may be left out.
GATES_USED = ("stakeholders", "call", "selection", "agreement")

# name, residents, need, how the need is known
AREAS: tuple[tuple[str, int, str, str], ...] = (
    ("Harbourside", 3900, "high", "Night walk of the partnership, and calls about dark corners"),
    ("Old Town", 5200, "middle", "Night walk of the partnership"),
    ("Millbank", 4700, "middle", "Calls about dark corners"),
    ("Northgate", 6100, "high", "Last bus ends here; calls about dark corners"),
    ("Station Quarter", 4300, "middle", "Calls about dark corners"),
    ("Gull Island", 1200, "high", "No lamp on the causeway for half its length"),
)
KNOWN = ("Width of the street in metres", "Old lamps")

CALL: dict[str, str] = {
    "link": "https://harbourlea.example/calls/lamps",
    "criteria": (
        "Dark between the lamps and in bedrooms: 40 %\n"
        "Can be turned down without a new part: 25 %\n"
        "Nothing is kept that leads to a person: 20 %\n"
        "Price for a lamp over ten years: 15 %"
    ),
}
# who offered, amount, score, why or why not
BIDS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Brightwater Lamps",
        "39552.00",
        "84 of 100",
        "The only offer whose lamp goes down to 2,700 kelvin without a visit.",
    ),
    ("Nightline Systems", "36480.00", "71 of 100", "Cheaper; sees people with a camera."),
    ("Lumen Cooperative", "44100.00", "66 of 100", "Good shades; no sensor before next year."),
)
CHOSEN_BY = "A jury of five: two fitters, a resident, a librarian, the university"
CHOSEN_WHY = (
    "It can be turned down from the workshop, and its sensor takes no pictures. What it lacks: a "
    "shade on the house side, which the jury asked for in writing."
)
# as what they chose, interest (empty: none)
DECLARATIONS: tuple[tuple[str, str], ...] = (
    ("Street lighting, first fitter", ""),
    ("Street lighting, second fitter", ""),
    ("Resident of Mercy Lane", ""),
    ("Central library", ""),
    (
        "University of Harbourlea, lighting laboratory",
        "Tested an earlier lamp of Brightwater Lamps for a fee in the year before; did not score "
        "the price.",
    ),
)
# code → where it stands, or why it is missing
CLAUSES: dict[str, tuple[str, str]] = {
    "ownership": ("4.1", ""),
    "audit": ("4.6", ""),
    "deletion": ("5.2, with a letter as proof", ""),
    "secondary_use": ("4.3: none", ""),
    "removal": ("9.1: the supplier takes down and pays", ""),
    "publication": ("7: good or bad, within two months", ""),
    "service_levels": (
        "",
        "The supplier has two fitters for three towns and would promise no hours. A dark lamp is "
        "mended by the town, and that is written down instead.",
    ),
}
# What follows from a clause where the rule was not taken: what, who, days after the pilot's end.
OBLIGATIONS: dict[str, tuple[str, str, int]] = {
    "audit": (
        "Let the university read the program of the sensor, and write down what it found.",
        "Brightwater Lamps",
        -120,
    ),
    "publication": ("Publish readings and result, good or bad.", "Innovation Office", 12),
    "deletion": (
        "Delete the counts of the sixteen comparison streets, and send the letter.",
        "Brightwater Lamps",
        60,
    ),
}
# Clause → proof that what follows from it was done.
KEPT: dict[str, str] = {
    "audit": "Report of the lighting laboratory, no. 7",
    "ownership": "Receipt of the data office, no. 31",
    "publication": "On the pilot's page, with the lesson",
}
# The same of the pilots that are over.
KEPT_OF_OTHERS: dict[str, str] = {
    "audit": "Note of the audit, in the archive",
    "ownership": "Receipt of the data office",
    "service_levels": "Report of the supplier, in the archive",
}

# role, name of somebody without an account, or a role of the town for a member
COMPANY_SIGNS = "representative of the company"
# Who signs the agreement for those that were chosen.
FOR_COMPANY = {
    "Halm Signals": "Ivo Marchetti",
    "Reedbed": "Saskia Moor",
    "Tidewater": "Owen Castell",
    "City nursery and yard": "Dagny Rowan",
    "Emberline": "Felix Arden",
}

SIGNERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "data_protection": (
        ("data-protection officer", "Stellan Mbeki", ""),
        ("lead of the partnership", "", "lead"),
    ),
    "agreement": (
        ("representative of the city", "Ruth Castellane", ""),
        (COMPANY_SIGNS, "", "company"),
    ),
    "baseline": (("analyst", "", "analyst"),),
}

# As what somebody signs where their own words do not say so.
ROLES = {
    "agreement": "representative of the city",
    "data_protection": "data-protection officer",
    "sites": "representative of the city",
}

# What proves that the register says until when the lamps stay.
REGISTER_ANEW = "The entry in the sensor register, changed on the evening of the decision"

SPECIFICATION: tuple[tuple[str, str], ...] = (
    ("Lamp head", "Brightwater Warden 2"),
    ("Power after dusk", "100 %"),
    ("Colour of the light", "4,000 K"),
    ("Presence sensor", "infrared, no pictures, looks 20 m along the street"),
    ("Back to rest", "after 90 seconds without anybody"),
)
TURNED_DOWN = {"Power after dusk": "45 %", "Colour of the light": "2,700 K"}
VERSION_TWO = "Turned down from 100 to 45 per cent and from 4,000 to 2,700 kelvin."

# group, what they say, who said it, days after the pilot's end
GROUP_VIEWS: tuple[tuple[str, str, str, int], ...] = (
    (
        "municipal",
        "We can pay for ninety-six lamps a year and not for more. The workshop needs one person "
        "who answers for the sensors.",
        "Street Lighting Department",
        6,
    ),
    (
        "community",
        "For it, turned down, and the passage at the fish market first.",
        "Round of the seven organisations",
        6,
    ),
    (
        "company",
        "We deliver the setting of week nine. A shade on the house side costs nine crowns more.",
        "Brightwater Lamps",
        5,
    ),
    (
        "academic",
        "The result holds for narrow streets. For wide ones nobody knows, and somebody should "
        "measure.",
        "University of Harbourlea, lighting laboratory",
        7,
    ),
    (
        "resident",
        "Of those who answered in the last weeks most said better. Whoever sleeps on the street "
        "side asks for the shade in writing.",
        "Evening at the central library",
        4,
    ),
)

# you said, owner, days from the day it was turned down until it is due, what is done about it,
# how it stands, why not
COMMITMENTS: tuple[tuple[str, str, int, str, str, str], ...] = (
    (
        "The hedge at Orchard Bank hides the lamp again.",
        "Parks team",
        30,
        "Cut to shoulder height, and put on the list for every May.",
        "done",
        "",
    ),
    (
        "The passage at the fish market has no lamp at all.",
        "Street Lighting Department",
        90,
        "A post is ordered; the wall belongs to the port, which has not answered yet.",
        "doing",
        "",
    ),
    (
        "Put the old orange lamps back in Mercy Lane.",
        "Street Lighting Department",
        60,
        "",
        "wont",
        "They are no longer made, and the street voted for the turned-down ones in the evening "
        "at the library.",
    ),
    (
        "A shade on the house side, for bedrooms level with the lamp.",
        "Brightwater Lamps",
        250,
        "",
        "heard",
        "",
    ),
)

# What several people speak of; the last commitment answers it.
THEME: dict[str, str] = {
    "name": "Light in bedrooms",
    "words": "Turned down or not, it shines into rooms that are level with the lamp.",
}

# Themes that nothing had to be promised about: name, words, what the town says to it.
EVERYTHING_ELSE: dict[str, str] = {
    "name": "Thanks, and other words",
    "words": "Praise, jokes, wishes for other streets.",
    "reply": "Every word was read. Wishes for other streets lie with the decision.",
}
READ: dict[str, str] = {
    "name": "Thanks, and what was noticed",
    "words": "What people said in passing, without asking for anything.",
    "reply": "Every word was read and is part of the evaluation.",
}

PULSE = "Do you feel safe here after dark?"
PULSE_SPANISH = "¿Te sientes segura aquí de noche?"
PULSE_ARABIC = "هل تشعر بالأمان هنا بعد حلول الظلام؟"
PULSE_HOW = "A card in every letter box of the street"
# What was done about words that spoke of danger.
ALERT_OUTCOME = "Called the fitters, who went there the same evening."
