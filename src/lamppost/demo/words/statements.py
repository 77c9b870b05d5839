"""The statements of the demo town's question, and how each opinion group was made to feel."""

from __future__ import annotations

from dataclasses import dataclass

OPINION_GROUPS = ("evening walkers", "light sleepers", "stargazers")
GROUP_SHARES = (0.39, 0.34, 0.27)
SEEDS = 12


@dataclass(frozen=True)
class Planted:
    """A statement and the chance that each opinion group agrees rather than disagrees.

    ``{a}``, ``{b}`` and ``{c}`` stand for pilot streets, which the lot decides.
    """

    text: str
    agree: tuple[float, float, float]
    language: str = "en"
    role: str = ""


def _ground(text: str, agree: tuple[float, float, float], language: str = "en") -> Planted:
    return Planted(text, agree, language, "common ground")


def _divide(text: str, agree: tuple[float, float, float], language: str = "en") -> Planted:
    return Planted(text, agree, language, "dividing")


STATEMENTS: tuple[Planted, ...] = (
    # The partnership's own twelve, to begin with.
    _ground("Nobody should have to walk home in the dark from the last bus.", (0.96, 0.91, 0.88)),
    _divide("The street outside my home is too dark after ten.", (0.90, 0.10, 0.18)),
    _ground("Street light should fall on the pavement, not into bedrooms.", (0.88, 0.97, 0.96)),
    Planted(
        "I would rather have warm, yellowish light than bright white light.", (0.40, 0.44, 0.94)
    ),
    _ground("Lamps that grow brighter when somebody comes are worth trying.", (0.89, 0.88, 0.90)),
    Planted("The town should not put cameras on lamp posts.", (0.32, 0.62, 0.80)),
    _divide("More light always makes a street safer.", (0.88, 0.12, 0.12)),
    _divide("I miss seeing the stars over the harbour.", (0.26, 0.18, 0.97)),
    Planted("We spend too much on electricity for street lamps.", (0.30, 0.56, 0.76)),
    _ground(
        "People should be asked before the light in their street is changed.", (0.91, 0.96, 0.93)
    ),
    _divide("Lamps should be turned down between midnight and five.", (0.12, 0.74, 0.92)),
    Planted(
        "Uneven light is fine, as long as crossings and bus stops are bright.", (0.40, 0.40, 0.84)
    ),
    # What residents added.
    Planted(
        "I take the long way round by the main road because the steps up to Old Town aren't lit.",
        (0.92, 0.26, 0.36),
    ),
    _divide(
        "The lamp opposite shines straight onto my pillow. I've taped cardboard to the window.",
        (0.14, 0.96, 0.20),
    ),
    Planted(
        "Since they cut the hedge at Millbank the light reaches the path. "
        "Cutting a hedge costs less than a lamp.",
        (0.44, 0.48, 0.86),
    ),
    Planted(
        "Salgo de limpiar oficinas a las once y voy corriendo hasta casa. "
        "Necesitamos luz en Ropewalk.",
        (0.94, 0.34, 0.40),
        "es",
    ),
    _divide(
        "Bats used to hunt along the canal. Two summers ago the new lamps came, "
        "and the bats were gone.",
        (0.26, 0.18, 0.95),
    ),
    _ground("A broken lamp should be mended within a week.", (0.95, 0.92, 0.87)),
    Planted(
        "I work nights. At half past five there's nobody about, and that's when I want a light.",
        (0.46, 0.92, 0.22),
    ),
    _ground("The bus stop at Northgate has no light at all. Start there.", (0.94, 0.87, 0.84)),
    _divide("Bright lamps make the dark places between them darker.", (0.14, 0.34, 0.95)),
    Planted(
        "My daughter is fifteen. I fetch her from training by car, only because of that path.",
        (0.94, 0.28, 0.38),
    ),
    _divide("Please don't turn every lane into a football pitch.", (0.14, 0.72, 0.94)),
    Planted("أعود من العمل متأخرة وأمشي في وسط الشارع لأن الرصيف مظلم.", (0.92, 0.32, 0.36), "ar"),
    Planted("Whoever reads the sensors, it must not be the police by default.", (0.46, 0.62, 0.90)),
    _ground(
        "If a sensor counts people, a sign on the post should say what it counts "
        "and who keeps the numbers.",
        (0.88, 0.94, 0.95),
    ),
    Planted("Shops should switch off their signs when they close.", (0.36, 0.30, 0.95)),
    Planted(
        "The light on the harbour steps has been out since the autumn fair.", (0.66, 0.44, 0.46)
    ),
    _divide(
        "I'd pay a little more tax for good light on the way to the station.", (0.90, 0.18, 0.26)
    ),
    Planted(
        "Prefiero bombillas cálidas. La luz blanca parece de hospital.", (0.36, 0.46, 0.94), "es"
    ),
    Planted(
        "La gente mayor se cae por las aceras rotas, no por falta de luz. "
        "Arreglen primero las aceras.",
        (0.26, 0.72, 0.40),
        "es",
    ),
    Planted("Light the playground until nine and then let it rest.", (0.44, 0.62, 0.58)),
    _divide(
        "When it's bright I can see a face from across the street. That's what makes me feel safe.",
        (0.96, 0.16, 0.24),
    ),
    _divide("Thick curtains aren't the answer. The lamp has to change.", (0.16, 0.96, 0.26)),
    Planted("Gull Island is always forgotten when money is shared out.", (0.58, 0.48, 0.46)),
    _ground(
        "Publish the results even if the new lamps turn out to do nothing.", (0.89, 0.92, 0.95)
    ),
    Planted("ابنتي تخاف من الدرج المؤدي إلى الميناء بعد المغرب.", (0.91, 0.32, 0.38), "ar"),
    _divide(
        "One night a month the whole harbour front should go dark, "
        "so that children can see the Milky Way.",
        (0.22, 0.18, 0.94),
    ),
    Planted(
        "I don't want an app for a lamp. A number on the post that I can ring is enough.",
        (0.34, 0.90, 0.30),
    ),
    Planted("Que no pongan cámaras con la excusa de la luz.", (0.34, 0.70, 0.86), "es"),
    _divide("Cameras on lamp posts would make me feel safer.", (0.74, 0.20, 0.07)),
    Planted(
        "Light at the crossing by the school matters more than light in the park.",
        (0.40, 0.76, 0.36),
    ),
    Planted(
        "The old lamps belong to Old Town. New heads on the old posts, please.", (0.42, 0.58, 0.72)
    ),
    Planted("Everything is fine as it is. Leave the lamps alone.", (0.05, 0.28, 0.22)),
    _divide(
        "Lamps on the coast path should be amber or red, because of the birds.", (0.26, 0.18, 0.95)
    ),
    _ground(
        "La parada del 4 está a oscuras, y allí esperan las mujeres del turno de noche.",
        (0.94, 0.88, 0.86),
        "es",
    ),
    _divide(
        "I haven't slept before one since the lamp at the corner was replaced.", (0.08, 0.93, 0.16)
    ),
    _ground(
        "Drivers have headlights. Light the pavement, not the carriageway.", (0.86, 0.87, 0.90)
    ),
    _ground(
        "Try it in a few streets first and compare, before buying it for the whole town.",
        (0.88, 0.94, 0.95),
    ),
    _ground("أريد إضاءة كافية عند موقف الحافلة، لا في نوافذ البيوت.", (0.90, 0.95, 0.90), "ar"),
    Planted(
        "Mi madre camina con andador y de noche no ve los bordillos.", (0.92, 0.32, 0.42), "es"
    ),
    Planted(
        "I turned my bed round because of a lamp. People who rent can't just move house.",
        (0.14, 0.95, 0.18),
    ),
    _divide("De noche el puerto es más bonito a oscuras.", (0.24, 0.18, 0.94), "es"),
    # Late ones, when the pilot was under way.
    Planted(
        "On {a} the new lamps were far too bright at first. Turned down, they're right.",
        (0.50, 0.93, 0.72),
    ),
    Planted("I walk home along {b} again. I hadn't done that for two years.", (0.90, 0.32, 0.40)),
    Planted("The lamps wake up too late for bicycles.", (0.58, 0.46, 0.44)),
    Planted("بعد خفض الإضاءة عادت بعض النجوم فوق الميناء.", (0.36, 0.44, 0.92), "ar"),
    Planted("Está mejor, pero en la esquina de {c} todavía molesta.", (0.22, 0.92, 0.22), "es"),
    Planted("Before more streets get them, show us the bill.", (0.46, 0.82, 0.88)),
    Planted(
        "Ask the night shift at the fish market. They see these lamps every night "
        "and nobody has asked them.",
        (0.74, 0.78, 0.46),
    ),
)


@dataclass(frozen=True)
class Declined:
    """A statement that was not let through, and why."""

    text: str
    reason: str
    language: str = "en"
    was_shown: bool = False


DECLINED: tuple[Declined, ...] = (
    Declined(
        "The people at number 14 leave their floodlight on all night to annoy us.",
        "It speaks about a household that can be recognised.",
        was_shown=True,
    ),
    Declined(
        "Best LED lamps at factory prices, fitted next day, ask for our list.",
        "It is an advertisement.",
    ),
    Declined("Whoever planned this is an idiot.", "It insults a person and proposes nothing."),
)

# Accepted, and merged some days later into the statement of this number, which says the same.
SAME: tuple[tuple[str, str, int], ...] = (
    ("La luz, en la acera y no en los dormitorios.", "es", 3),
)
# Number of a statement → its words before they were mended, and why.
MENDED = {18: ("A broken lamp should be mendet within a week.", "A slip of the pen.")}

WAITING: tuple[tuple[str, str], ...] = (
    ("Put the next ones on Viaduct Street. We drew a comparison ticket, and we've waited.", "en"),
    ("The lamp by my gate flickers. Ring me on 01632 960447 after six.", "en"),
    ("¿Por qué Gull Island no entró en el sorteo con más calles?", "es"),
    ("Nobody tells us when a lamp has been reported already.", "en"),
    ("أتمنى أن تصل الإنارة الجديدة إلى شارع المدرسة قبل الشتاء.", "ar"),
)

QUESTION = "How should our streets be after dark?"
BACKGROUND = (
    "Some of us are afraid to walk home. Some of us cannot sleep for the light in the window. "
    "Some of us miss the stars. Say what you think of what others wrote, and add what is missing. "
    "The question stays open while the partnership lasts."
)
ASKED_BY = "Harbourlea town council, with twelve local organisations"
DECIDES = "Which goals the new street lighting must reach, and how it is set in the next streets"
