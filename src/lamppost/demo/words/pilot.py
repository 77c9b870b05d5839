"""The pilot of the demo town: goals, indicators, gates, changes, decision, lesson."""

from __future__ import annotations

NAME = "Harbourlea after dark"
PROBLEM = (
    "People are afraid to walk home at night, and other people lie awake because a street lamp "
    "shines into the bedroom. The lamps we have are old, and they do both at once."
)

# title, description, numbers of the statements behind it
GOALS: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    (
        "People feel safe walking home",
        "From the last bus, from the night shift, from training: nobody goes the long way round.",
        (1, 18, 20, 46),
    ),
    (
        "Nobody lies awake for a street lamp",
        "The light falls on the pavement and stops there.",
        (3, 10, 50),
    ),
    (
        "Less from the purse and the sky",
        "Light only where and when somebody needs it.",
        (5, 48, 49),
    ),
)

# code, goal, name, unit, direction, worth it
INDICATORS: tuple[tuple[str, int, str, str, str, float], ...] = (
    (
        "feel-unsafe-after-dark",
        0,
        "People who feel unsafe here after dark",
        "of 100 asked",
        "down",
        5.0,
    ),
    ("evening-walkers", 0, "People walking by after dark", "people per hour", "up", 5.0),
    ("light-at-window", 1, "Light at bedroom windows", "lux", "down", 0.5),
    ("lighting-energy", 2, "Energy for lighting", "kWh per lamp and week", "down", 1.5),
)

# What the evaluation plan asks.
JUDGED_BY = (
    "Do fewer people feel unsafe after dark on the streets with the new lamps, within five months "
    "of their coming on?"
)

TITLE = "Lamps that wait for people"
OWNER = "Street Lighting Department"
TECHNOLOGY = (
    "Brightwater Warden 2 lamp heads, 4,000 K dimmable to 2,700 K, with a presence sensor without "
    "pictures; from week 9 at 45 per cent and 2,700 K"
)
STOP_RULE = "More than one resident in ten of a pilot street asks for the old lamps back"
COMPANY = "Brightwater Lamps"
# What the notice on every post says.
NOTICE: dict[str, str] = {
    "measured_data": (
        "How many people walk by in an hour, the light at agreed windows, the energy of the lamp. "
        "No pictures, no sound, no radio identifiers."
    ),
    "personal_data": "none",
    "retention": "Two years, then deleted",
    "contact": "Innovation Office, town hall, or any library counter",
    "purpose": "To find out whether people feel safer, and whether anybody sleeps worse.",
    "recipients": "Innovation Office and the university; Brightwater Lamps for its own lamps.",
    "second_year": "Street Lighting Department, from what the old lamps cost",
    "feedback_read": "every weekday before nine",
    "city_number": "01632 960 100",
}

# What the sensor register says of the counter in every lamp.
DEVICE: dict[str, str] = {
    "name": "Presence sensor and counter in the lamp head",
    "sensor_type": "proximity",
    "themes": "street lighting, walking",
    "organisation": "Street Lighting Department",
    "email": "street-lighting@example.org",
}

PLACES: tuple[tuple[str, str, str], ...] = (
    ("Ropewalk", "Harbourside", "The way home from the fish market; named in the first statements"),
    ("Cooper's Row", "Harbourside", "Narrow, lived in on the ground floor"),
    ("Tidewater Lane", "Harbourside", "Corner with a blind bend"),
    ("Anchor Street", "Harbourside", "Bus stop of line 4"),
    ("Fishmarket Way", "Harbourside", "Night shift from three in the morning"),
    ("Net Loft Lane", "Harbourside", "Bakery, open from four"),
    ("Chandler's Steps", "Old Town", "Steps behind a tree"),
    ("Old Customs Street", "Old Town", "Library and reading hours"),
    ("Bell Yard", "Old Town", "Old posts that must stay"),
    ("Mercy Lane", "Old Town", "Bedrooms level with the lamps"),
    ("Lantern Hill", "Old Town", "Steep and icy"),
    ("Saltern Road", "Old Town", "School run on dark mornings"),
    ("Kiln Street", "Millbank", "Rented flats on both sides"),
    ("Millrace Path", "Millbank", "Bats; lamps here need the Friends of the Canal"),
    ("Weaver's Bridge", "Millbank", "Only way over the canal after nine"),
    ("Orchard Bank", "Millbank", "Long gap between two posts"),
    ("Northgate Road", "Northgate", "Last bus"),
    ("School Rise", "Northgate", "Training ground until nine"),
    ("Minaret Close", "Northgate", "Evening prayers at Al-Noor"),
    ("Station Approach", "Station Quarter", "Last train at 23:52"),
    ("Viaduct Street", "Station Quarter", "Arches without any light"),
    ("Coalyard Lane", "Station Quarter", "Kerbs that wheelchairs cannot see"),
    ("Island Causeway", "Gull Island", "Slippery at high tide"),
    ("Gull Parade", "Gull Island", "The island's only shop"),
)
PILOT_SITES = 8

# kind, document, who signed, date of the town and days from it
GATES: tuple[tuple[str, str, str, str, int], ...] = (
    (
        "problem",
        "Problem in residents' words, from statements 1, 3 and 20. Owner: Street Lighting "
        "Department, which also pays for year two.",
        "Ruth Castellane",
        "pilot_planned",
        0,
    ),
    (
        "stakeholders",
        "All five groups take part. Gull Island is thin: the sailing club was asked twice, and "
        "two of its streets are on the list all the same.",
        "Lena Okafor",
        "pilot_planned",
        5,
    ),
    (
        "call",
        "Open for sixteen days, because the council wanted lamps before the winter. Four criteria, "
        "written down before anybody offered.",
        "Rosa Quill, for the jury",
        "pilot_planned",
        18,
    ),
    (
        "selection",
        "Minutes of the jury: three offers, one interest declared.",
        "Rosa Quill, for the jury",
        "pilot_planned",
        20,
    ),
    (
        "agreement",
        "Agreement with Brightwater Lamps, eleven pages. Hours for repairs are not in it; the "
        "reason is public.",
        "Ruth Castellane and Piet Vandersloot",
        "pilot_planned",
        22,
    ),
    (
        "data_protection",
        "Screening of the counter and the light meter: one number an hour, no pictures, no radio "
        "identifiers, kept two years. A full assessment is not needed; reasons in the file.",
        "Stellan Mbeki, data protection officer",
        "pilot_planned",
        24,
    ),
    (
        "disclosure",
        "A notice with a QR code on a post in each of the twenty-four streets, in English, "
        "Spanish and Arabic.",
        "Tomás Reyes",
        "measuring_starts",
        -6,
    ),
    (
        "measuring",
        "The same survey, counter and meter in all twenty-four streets, from the same Monday.",
        "Ines Falk",
        "measuring_starts",
        0,
    ),
    (
        "baseline",
        "Fourteen weeks of readings from every street before the first new lamp.",
        "Mara Lindqvist",
        "technology_on",
        -2,
    ),
    (
        "technology",
        "All lamps of the eight drawn streets on, on the same evening. Installation log no. 1 "
        "to 96.",
        "Ruth Castellane",
        "technology_on",
        0,
    ),
    (
        "decision",
        "Paper for the council with the estimate, the comments and the views of three "
        "organisations.",
        "Joan Pryce, for the council",
        "decided",
        0,
    ),
)

# you said, we did, date of the town, days from it, whether it was about brightness
CHANGES: tuple[tuple[str, str, str, int, bool], ...] = (
    (
        "The lamps wake up too late for bicycles.",
        "The sensor now looks twelve metres further along the street.",
        "technology_on",
        24,
        False,
    ),
    (
        "Too bright and too white: the light goes through blinds, curtains and eyelids.",
        "All eight streets turned down from 100 to 45 per cent and from 4,000 to 2,700 kelvin. "
        "Bus stops stay as they were.",
        "turned_down",
        0,
        True,
    ),
)

DECISION_REASON = (
    "Fewer people feel unsafe in the pilot streets than in the streets that kept their old lamps, "
    "by more than was called worth it. Energy for a lamp fell by almost half. We cannot say that "
    "more people walk there. In the first eight weeks the lamps were too bright, so what is "
    "bought is the setting that residents asked for, and not the one we began with."
)
DECIDED_BY = "Harbourlea town council, on the partnership's proposal"
NEXT_STEP = (
    "The sixteen comparison streets come first, at 45 per cent and 2,700 kelvin; the order is "
    "settled at the next meeting, and streets along the canal wait for the summer count of bats."
)

# organisation, who wrote, vision or decision, words, language, date of the town, days from it
VIEWS: tuple[tuple[str, str, str, str, str, str, int], ...] = (
    (
        "Night Workers' Circle",
        "Amina Haddad",
        "vision",
        "We sleep by day and walk at five. Both halves of that must be in the goals, and they are. "
        "Sixty of our members voted, most of them on paper.",
        "en",
        "goals_agreed",
        6,
    ),
    (
        "Safe Way Home",
        "Greta Molloy",
        "vision",
        "The first goal is the one we came for. Please measure how people feel, and not only what "
        "the police write down.",
        "en",
        "goals_agreed",
        4,
    ),
    (
        "Harbourlea Star Watchers",
        "Dev Anand",
        "vision",
        "We can live with these goals if the third is kept as seriously as the first.",
        "en",
        "goals_agreed",
        8,
    ),
    (
        "Night Workers' Circle",
        "Amina Haddad",
        "decision",
        "For it, turned down. Our members who sleep by day had no part of the good news until "
        "week nine, and that should stand in the lesson.",
        "en",
        "pilot_ends",
        6,
    ),
    (
        "Safe Way Home",
        "Greta Molloy",
        "decision",
        "For it. The bus stops must stay bright, and the passage at the fish market still has "
        "no lamp at all.",
        "en",
        "pilot_ends",
        5,
    ),
    (
        "Harbourlea Star Watchers",
        "Dev Anand",
        "decision",
        "Against more streets before the summer count of bats and a second measurement of the "
        "night sky. We were heard about brightness, and we say so gladly.",
        "en",
        "pilot_ends",
        7,
    ),
)

LESSON: dict[str, str] = {
    "title": "Lamps that wait for people: start dim, not bright",
    "worked": (
        "Drawing the streets by lot, in public. Nobody loved it, and nobody could accuse anybody. "
        "Lamps that grow brighter when somebody comes. A button on the post that somebody reads."
    ),
    "did_not_work": (
        "We began at full power because the supplier's sheet said so, and lost the trust of the "
        "people with windows for eight weeks. The number of people walking did not change as "
        "far as "
        "we can tell: feeling safer did not bring more people out. Gull Island was missing at "
        "almost every meeting."
    ),
    "surprises": (
        "A cut hedge and a mended lamp were praised as warmly as the new lamps. People in the "
        "comparison streets answered more often than we had hoped, because they wanted a turn."
    ),
    "conditions": (
        "Narrow streets with bedrooms at the height of the lamps. Winter and summer fell into the "
        "pilot unevenly, so that only the comparison streets tell season from lamp. The lamps "
        "could be turned down without a new part."
    ),
    "cost": (
        "412 crowns a lamp with its sensor, 96 lamps; paid by the town, the counters by the "
        "university"
    ),
    "again": "changed",
}
