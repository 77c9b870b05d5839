"""Stories, hopes and fears, workshops and the vision of the demo town. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_USE = ("may_show_photo", "may_become_statement", "may_be_quoted")


@dataclass(frozen=True)
class Said:
    """A story that somebody told on their own; `after` names a date of the town."""

    feeling: str
    words: str
    after: str
    days: int
    language: str = "en"
    place: str = ""
    consent: bool = True
    uses: tuple[str, ...] = ()
    state: str = "accepted"
    reason: str = ""
    photo_words: str = ""


STORIES: tuple[Said, ...] = (
    Said(
        "hope",
        "My mother sings in the choir on Wednesdays. She stopped going when the lamp on the "
        "harbour steps went out. I hope that she will walk there again, and I will walk her home.",
        "question_opens",
        13,
        place="The harbour steps",
        uses=EVERY_USE,
        photo_words="The harbour steps at night: one lamp is lit, the next one is dark.",
    ),
    Said(
        "fear",
        "Trabajo limpiando oficinas y salgo a las once. En Ropewalk camino por la calzada, porque "
        "en la acera no se ve quién viene. Tengo más miedo de la acera que de los coches.",
        "question_opens",
        22,
        "es",
        "Ropewalk",
        uses=("may_be_quoted",),
    ),
    Said(
        "experience",
        "We counted bats along the canal for eleven summers. In the ninth the white lamps came. "
        "In the tenth there were four bats, in the eleventh none.",
        "question_opens",
        31,
        place="The canal path",
        uses=("may_become_statement", "may_be_quoted"),
    ),
    Said(
        "fear",
        "أخاف أن تُنفق كل الأموال على شارع الميناء وأن يُنسى شارعنا مرة أخرى كما في كل سنة.",
        "question_opens",
        40,
        "ar",
        "Northgate",
    ),
    Said(
        "experience",
        "I did not leave the house after dark for a year, and I told nobody why. This is for those "
        "who decide. Please do not print it.",
        "question_opens",
        47,
        consent=False,
    ),
    Said(
        "experience",
        "The house with the blue door leaves its dog out at night, and that is why nobody walks "
        "there.",
        "technology_on",
        12,
        state="declined",
        reason="It speaks about a household that can be recognised.",
    ),
    Said(
        "hope",
        "Since the lamps were turned down our boy sleeps through. I hope they stay like this when "
        "somebody new is elected.",
        "pilot_ends",
        -20,
        uses=("may_become_statement", "may_be_quoted"),
    ),
    Said(
        "fear",
        "That the second year is not paid for and the lamps are switched off one after the other.",
        "today",
        -2,
        uses=("may_be_quoted",),
        state="waiting",
    ),
)

# Group, feeling, words, whether they may be shown: cards of the first evening.
CARDS: tuple[tuple[str, str, str, bool], ...] = (
    ("municipal", "hope", "That we try it in a few streets and can say what came of it.", True),
    ("municipal", "fear", "That we promise lamps which the next budget cannot pay for.", False),
    ("community", "hope", "That the women of the night shift are asked before the sailors.", True),
    ("community", "fear", "That we are invited once, for the photograph.", True),
    ("company", "hope", "To be told what people need before we show what we sell.", True),
    ("company", "fear", "To be blamed for dark streets that were dark before us.", True),
    ("academic", "hope", "That a result which nobody likes is published too.", True),
    ("academic", "fear", "That streets are chosen by who complains loudest.", True),
    ("resident", "hope", "To walk home from the last bus without the keys in my fist.", True),
    ("resident", "hope", "To see the Milky Way from my own garden once more.", True),
    ("resident", "fear", "A lamp in front of the bedroom, and nobody who answers the phone.", True),
)


@dataclass(frozen=True)
class Held:
    """A workshop at a meeting of the town; statements by their numbers."""

    title: str
    meeting: str
    template: str
    notes: str
    agreements: tuple[tuple[str, tuple[int, ...]], ...]
    brought: tuple[int, ...] = ()
    cards: tuple[tuple[str, str, str, bool], ...] = ()


WORKSHOPS: tuple[Held, ...] = (
    Held(
        "First evening: hopes and fears",
        "First evening: what is it like here after dark?",
        "hopes-and-fears",
        "Five tables, cards in three colours. The table of residents needed twice the time. "
        "What surprised most: the fitters are afraid of the same corner as the girls' team.",
        (
            ("We ask the whole town one open question, and put no technology into it.", ()),
            ("Whoever cannot come in the evening is asked where they are.", ()),
        ),
        cards=CARDS,
    ),
    Held(
        "Workshop: from the landscape to goals",
        "Workshop: from the landscape to goals",
        "statements-to-goals",
        "Tables mixed by lot. The landscape was read aloud before anybody argued. Statement 7 was "
        "set aside after twenty minutes: no table could agree on it.",
        (
            ("Nobody should be afraid on the way home. Bus stops come first.", (1, 20, 46)),
            ("Light stays on the pavement. Whoever lives there is asked before.", (3, 10, 50)),
            ("Light only where and when somebody needs it; try it, compare, publish.", (5, 36, 49)),
        ),
        brought=(1, 2, 3, 5, 7, 10, 18, 20, 36, 46, 49, 50),
    ),
)


@dataclass(frozen=True)
class Published:
    """A publication of the vision; `after` names a date of the town."""

    text: str
    what_changed: str
    after: str
    days: int


VISION: tuple[Published, ...] = (
    Published(
        "Harbourlea after dark belongs to everybody: to those who walk, to those who sleep, and to "
        "those who look up.\n\n"
        "Nobody goes the long way round because a street is dark. Nobody lies awake because a "
        "street is bright.\n\n"
        "We try things in a few streets, compare them with others, and publish what we find.",
        "",
        "goals_agreed",
        2,
    ),
    Published(
        "Harbourlea after dark belongs to everybody: to those who walk, to those who sleep, and to "
        "those who look up.\n\n"
        "Nobody goes the long way round because a street is dark. Nobody lies awake because a "
        "street is bright.\n\n"
        "Along the water it stays dark enough for birds, bats and stars.\n\n"
        "We try things in a few streets, compare them with others, and publish what we find.",
        "The sentence about the water is new. Somebody wrote that it was missing, and was right.",
        "goals_agreed",
        11,
    ),
)
OBJECTION = (
    "A third of us wrote about stars and bats, and your text only knows those who walk and those "
    "who sleep. Where is the water in it?"
)
ANSWER = (
    "You are right: it stood in the third goal and not in the text. The second version, of this "
    "week, has a sentence about the water."
)
OBJECTED = ("goals_agreed", 5)
ANSWERED = ("goals_agreed", 11)

# Code of the indicator → where today's value comes from.
BASELINES = {
    "feel-unsafe-after-dark": "Survey at the door, fourteen weeks before the lamps",
    "evening-walkers": "Counter at the post, fourteen weeks before the lamps",
    "light-at-window": "Reading at the window once a week, fourteen weeks before the lamps",
    "lighting-energy": "Meter in the lamp, fourteen weeks before the lamps",
}

# Shares of the population, and how often voters say the same of themselves.
POPULATION: dict[str, dict[str, float]] = {
    "age": {
        "under-18": 0.17,
        "18-29": 0.14,
        "30-44": 0.2,
        "45-59": 0.21,
        "60-74": 0.18,
        "75-up": 0.1,
    },
    "neighbourhood": {
        "Harbourside": 0.19,
        "Old Town": 0.16,
        "Millbank": 0.17,
        "Northgate": 0.2,
        "Station Quarter": 0.19,
        "Gull Island": 0.09,
    },
}
SAY_SO: dict[str, dict[str, float]] = {
    "age": {
        "under-18": 0.06,
        "18-29": 0.13,
        "30-44": 0.25,
        "45-59": 0.28,
        "60-74": 0.22,
        "75-up": 0.06,
    },
    "neighbourhood": {
        "Harbourside": 0.24,
        "Old Town": 0.2,
        "Millbank": 0.18,
        "Northgate": 0.17,
        "Station Quarter": 0.18,
        "Gull Island": 0.03,
    },
}
POPULATION_SOURCE = "Town register of Harbourlea, made up like the town"
