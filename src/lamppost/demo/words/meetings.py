"""Meetings of the demo partnership: what was planned, and what was said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Planned:
    """A meeting.

    `after` names a date of the town and `days` counts from it. `invited` and `likely` are the
    groups asked and the chance that somebody of a group comes.
    """

    title: str
    after: str
    days: int
    hour: int
    hours: int
    place: str
    agenda: str
    minutes: str
    likely: dict[str, float]
    always: tuple[str, ...] = ()


MEETINGS: tuple[Planned, ...] = (
    Planned(
        "First evening: what is it like here after dark?",
        "founded",
        9,
        18,
        2,
        "Central library, reading room",
        "1. Who is in the room, and who is not\n2. Stories, two minutes each\n3. What we want "
        "to ask the whole town",
        "Thirty chairs were not enough. Three kinds of stories: walking home, lying awake, and "
        "missing the stars. "
        "Nobody had come from Gull Island. Rosa will take the question to the reading hour for "
        "parents. "
        "Agreed: ask one open question, and put no technology into it.",
        {"municipal": 0.6, "community": 0.6, "company": 0.3, "academic": 0.7, "resident": 0.5},
        ("Rosa Quill", "Tomás Reyes", "Lena Okafor"),
    ),
    Planned(
        "Night walk from the last bus to the harbour",
        "question_opens",
        11,
        22,
        2,
        "Northgate bus stop, then on foot",
        "Walk the way home together. Stop where somebody would rather not walk alone.",
        "Eleven stops in 1.4 km. The steps to Old Town: a lamp, but behind a tree. The passage "
        "at the fish market: "
        "no lamp. Duncan showed his bedroom window; from the pavement one can read the clock on"
        " his wall. "
        "A tree surgeon costs less than a lamp.",
        {"municipal": 0.3, "community": 0.4, "company": 0.0, "academic": 0.4, "resident": 0.35},
        ("Rosa Quill", "Tomás Reyes", "Greta Molloy", "Duncan Reilly"),
    ),
    Planned(
        "Workshop: from the landscape to goals",
        "goals_agreed",
        0,
        17,
        3,
        "Al-Noor Community Centre",
        "1. The landscape of opinions, read aloud\n2. Common ground first\n3. Goals, each with "
        "a number that will be measured",
        "Twelve statements had the agreement of every opinion group. Tables mixed by lot. "
        "Three goals were agreed: people feel safe walking home, nobody lies awake for a street"
        " lamp, "
        "and the lamps take less from the purse and the sky. A change of five people in a "
        "hundred was called worth the money.",
        {"municipal": 0.4, "community": 0.6, "company": 0.25, "academic": 0.7, "resident": 0.4},
        ("Rosa Quill", "Tomás Reyes", "Lena Okafor", "Amina Haddad", "Greta Molloy", "Dev Anand"),
    ),
    Planned(
        "What the sensors may and may not know",
        "pilot_planned",
        2,
        16,
        2,
        "Town hall, room 4",
        "1. What is measured at a site\n2. Data protection check\n3. The words on the notice",
        "No cameras and no radio identifiers. The counter at the post sends one number an hour "
        "and nothing else. "
        "Stellan asked for the numbers to be kept two years and not longer; agreed. Hana: the "
        "police do not need them. "
        "Nightline Systems were invited and sent their regrets.",
        {"municipal": 0.35, "community": 0.2, "company": 0.8, "academic": 0.8, "resident": 0.06},
        ("Stellan Mbeki", "Hana Sedlak", "Piet Vandersloot", "Yuki Brandt", "Rosa Quill"),
    ),
    Planned(
        "The draw: which eight of twenty-four streets",
        "pilot_planned",
        21,
        18,
        1,
        "Central library, in the entrance hall",
        "1. The twenty-four streets and why they are on the list\n2. The draw, in public\n3. "
        "What happens in the other sixteen",
        "Agnes Thorne drew eight slips out of the fish market's weighing bowl. The other "
        "sixteen streets are measured in the same way "
        "and are first in line if the lamps prove themselves. Nobody was happy with the draw "
        "and nobody could think of a fairer way.",
        {"municipal": 0.3, "community": 0.35, "company": 0.4, "academic": 0.5, "resident": 0.35},
        ("Agnes Thorne", "Lena Okafor", "Rosa Quill", "Tomás Reyes", "Mara Lindqvist"),
    ),
    Planned(
        "Too bright: what we do about it",
        "turned_down",
        -6,
        18,
        2,
        "Fish market, auction hall",
        "1. What the comments at the posts say\n2. What can be changed in the lamps we have\n3."
        " From when",
        "Tomás read out twelve comments, three of them in Spanish and two in Arabic. Piet: the "
        "lamps can go from 100 to 45 per cent "
        "and from 4,000 to 2,700 kelvin without a new part. Greta asked that the bus stops stay"
        " as they are; agreed. "
        "Dev thanked everybody and asked for less still. From Monday, in all eight streets, on "
        "the same day.",
        {"municipal": 0.3, "community": 0.5, "company": 0.6, "academic": 0.5, "resident": 0.45},
        (
            "Tomás Reyes",
            "Rosa Quill",
            "Piet Vandersloot",
            "Greta Molloy",
            "Dev Anand",
            "Gwen Parrish",
        ),
    ),
    Planned(
        "What changed, and what did not",
        "pilot_ends",
        4,
        18,
        2,
        "Town hall, council chamber",
        "1. The numbers, with how sure we are\n2. The comments\n3. Each organisation's view\n4."
        " What the council will be asked",
        "Mara: fewer people feel unsafe, and the lot makes chance an unlikely reason. The "
        "number of people walking did not change as far as we can tell, "
        "and that was said just as loudly. In the first eight weeks the lamps were too bright, "
        "and the readings at the windows agree with the comments. "
        "Edwin has the bill for the first year; the second is not paid for yet.",
        {"municipal": 0.55, "community": 0.55, "company": 0.5, "academic": 0.9, "resident": 0.45},
        ("Mara Lindqvist", "Lena Okafor", "Rosa Quill", "Tomás Reyes", "Edwin Tsai", "Joan Pryce"),
    ),
    Planned(
        "The next sixteen streets: in which order?",
        "today",
        9,
        18,
        2,
        "Gull Island Sailing Club",
        "1. What the question still brings in\n2. Who has to be asked before a lamp is "
        "changed\n3. An order, by need or by lot",
        "",
        {},
    ),
)
