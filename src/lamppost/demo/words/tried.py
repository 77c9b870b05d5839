"""Four pilots that are over: one did nothing, one harm, one good that only a comparison shows,
and one too little to be seen. What each truly does is planted in its `Process`.
"""

from __future__ import annotations

from ..records import Asked, Process, TriedPilot
from .others import ANSWERS_QUESTIONS, CITY_NUMBER

# In weeks from this week's Monday: the readings end with the week before last.
PLANNED, MEASURING, TECHNOLOGY, ENDS, DUE = -42, -34, -20, -2, 3

_CLAUSES: dict[str, tuple[str, str]] = {
    "ownership": ("2", ""),
    "audit": ("5", ""),
    "deletion": ("6", ""),
    "secondary_use": ("2.3: none", ""),
    "removal": ("8", ""),
    "publication": ("7", ""),
    "service_levels": ("9", ""),
}


def _gates(
    owner: str, problem: str, agreement: str, screening: str, measuring: str
) -> tuple[tuple[str, str, str, int], ...]:
    officer = "Stellan Mbeki, data protection officer"
    return (
        ("problem", problem, owner, 0),
        ("stakeholders", "All five groups were asked, and came.", "Lena Okafor", 1),
        ("call", "The reason why there was no open call is public.", owner, 2),
        ("selection", "One offer; minutes of the meeting.", owner, 4),
        ("agreement", agreement, owner, 4),
        ("data_protection", screening, officer, 5),
        ("disclosure", "A notice at every site, in three languages.", "Tomás Reyes", 6),
        ("measuring", measuring, "Ines Falk", 8),
        ("baseline", "Fourteen weeks from every site.", "Ines Falk", 22),
        ("technology", "On everywhere on the same morning.", owner, 22),
    )


def _plan(problem: str, owner: str, technology: str, measured: str, stop: str) -> dict[str, str]:
    return {
        "problem": problem,
        "owner_department": owner,
        "technology": technology,
        "stop_rule": stop,
        "second_year": f"{owner}, from its own budget",
        "measured_data": measured,
        "personal_data": "none",
        "purpose": "To find out whether it does what it is meant to do.",
        "recipients": f"{owner} and the university",
        "retention": "One year after the end, then deleted",
        "contact": ANSWERS_QUESTIONS,
        "feedback_read": "every weekday before nine",
        "city_number": CITY_NUMBER,
        "no_comparison_reason": "",
    }


def _device(name: str, kind: str, themes: str, owner: str, email: str) -> dict[str, str]:
    return {
        "name": name,
        "sensor_type": kind,
        "themes": themes,
        "organisation": owner,
        "email": email,
    }


SCREENS = TriedPilot(
    title="Screens that say when the bus comes",
    playbook="transit-app",
    question="Do people wait at least a minute less where a screen says when the bus comes?",
    plan=_plan(
        "I stand there in the rain and do not know whether it has gone or will come. If I knew, I "
        "would buy my bread first.",
        "Harbourlea Buses",
        "Tidewater screens with the time of the next three buses, and a button that reads it out",
        "How long somebody stands at a stop, counted from above without pictures",
        "More than one screen in four is dark for a week",
    ),
    places=tuple(
        (f"Stop {street}", area, "By lot")
        for street, area in (
            ("Fishmarket", "Harbourside"),
            ("Mercy Lane", "Old Town"),
            ("Town Hall", "Old Town"),
            ("Citadel", "Old Town"),
            ("Weaver's Bridge", "Millbank"),
            ("Kiln Street", "Millbank"),
            ("School Rise", "Northgate"),
            ("Last Stop", "Northgate"),
            ("Hill Chapel", "Northgate"),
            ("Station", "Station Quarter"),
            ("Coalyard", "Station Quarter"),
            ("Freight Office", "Station Quarter"),
            ("Harbour Gate", "Harbourside"),
            ("Net Loft", "Harbourside"),
            ("Causeway", "Gull Island"),
            ("Lighthouse", "Gull Island"),
        )
    ),
    drawn=8,
    process=Process(
        code="bus-wait",
        goal=0,
        name="Time that people wait at the stop",
        unit="minutes",
        direction="down",
        worth_it=1.0,
        level=9.0,
        spread=1.5,
        weather=0.5,
        drift=0.25,
        chance=0.9,
        town=0.4,
        effect=0.0,
        digits=2,
    ),
    truth="nothing",
    device=_device("Counter above the stop", "proximity", "buses", "Harbourlea Buses",
                   "buses@example.org"),
    call={"no_call_reason": "The screens belong to the contract for the stops until next year."},
    bids=(("Tidewater", "22400.00", "", "The holder of the contract for the stops."),),
    declarations=(("Head of Harbourlea Buses", ""),),
    chosen_by="Harbourlea Buses with the passengers' council",
    chosen_why="No choice was possible; the price is that of the list.",
    clauses=_CLAUSES,
    gates=_gates(
        "Petra Lind",
        "From the question at the stops. Owner: Harbourlea Buses.",
        "Addition no. 2 to the contract for the stops.",
        "Screening: heads are counted from above, and nobody can be recognised.",
        "All sixteen stops, from the same Monday.",
    ),
    answers=(
        ("better", "I still wait as long, but I know for how long.", "en"),
        ("same", "The bus does not come sooner because it says so.", "en"),
        ("better", "It reads it out to me. Nobody had to.", "en"),
        ("same", "Igual que antes, pero con luz.", "es"),
    ),
    specification=(
        ("Screen", "Tidewater, 42 cm, black and white"),
        ("Minutes shown", "the next three buses, renewed every 20 seconds"),
        ("Button", "reads the times out"),
    ),
    ratings=(4, 5, 1),
    asked=Asked(
        code="waiting-is-fine",
        name="People who say that waiting at the stop is all right",
        worth_it=10.0,
        answers=("all right", "not all right"),
        people=32,
        share=0.45,
        # The screen reads the times out, and shows them large.
        effects={"60-74": 0.25, "75-up": 0.32},
    ),
)  # fmt: skip

GREEN_WAVE = TriedPilot(
    title="Signs that name the speed for green",
    playbook="digital-signage",
    question="Is it at least two decibels quieter at night where lorries need not stop?",
    plan=_plan(
        "They brake under my window and start again under my window, forty times a night.",
        "Roads and Crossings",
        "Halm Wave 3: signs that name the speed at which every light is green, from ten to five",
        "Noise at the nearest window, one figure a night; no recordings",
        "Faster than 60 on more than one night in ten",
    ),
    places=tuple(
        (street, area, "By lot")
        for street, area in (
            ("Quay Road", "Harbourside"),
            ("Customs Row", "Harbourside"),
            ("Ropewalk", "Harbourside"),
            ("Mill Street", "Millbank"),
            ("Canal Road", "Millbank"),
            ("Tannery Road", "Millbank"),
            ("North Road", "Northgate"),
            ("Hill Road", "Northgate"),
            ("Depot Road", "Northgate"),
            ("Station Road", "Station Quarter"),
            ("Goods Yard Road", "Station Quarter"),
            ("Bridge Road", "Station Quarter"),
        )
    ),
    drawn=6,
    process=Process(
        code="night-noise",
        goal=1,
        name="Noise at the nearest window at night",
        unit="decibels",
        direction="down",
        worth_it=2.0,
        level=52.0,
        spread=3.0,
        weather=0.8,
        drift=0.5,
        chance=1.2,
        town=-0.5,
        effect=4.0,
        digits=1,
    ),
    truth="harm",
    device=_device("Noise meter at the window", "sound", "noise, sleep", "Roads and Crossings",
                   "roads@example.org"),
    call={"no_call_reason": "The signs hang on the signals that are there, all of one maker."},
    bids=(("Halm Signals", "14200.00", "", "The maker of the signals."),),
    declarations=(("Head of Roads and Crossings", ""),),
    chosen_by="Roads and Crossings with two residents of Quay Road",
    chosen_why="No choice was possible; the price is that of the list.",
    clauses=_CLAUSES,
    gates=_gates(
        "Joris Henning",
        "From letters of residents of Quay Road. Owner: Roads and Crossings.",
        "Addition no. 5 to the contract for signals.",
        "Screening: one figure a night, no sound is kept.",
        "All twelve streets, from the same Monday.",
    ),
    answers=(
        ("worse", "Now they do not brake. They fly.", "en"),
        ("worse", "I sleep in the kitchen now.", "en"),
        ("better", "I drive the late bus and am home ten minutes sooner.", "en"),
        ("worse", "صار الليل أعلى صوتًا من النهار.", "ar"),
    ),
    specification=(
        ("Sign", "Halm Wave 3, figures of 30 cm, from 30 to 50 km/h"),
        ("When it is on", "from ten at night to five in the morning"),
        ("Where it hangs", "80 m before each crossing"),
    ),
    ratings=(1, 2, 7),
)  # fmt: skip

SHADE = TriedPilot(
    title="Shade and water on the squares",
    playbook="green-spaces",
    question="Is it at least a degree and a half cooler on the squares at three in the afternoon?",
    plan=_plan(
        "At three the square is empty. Even the pigeons stand in the shadow of the bank.",
        "Parks and Canal",
        "Canvas, forty plane trees in tubs, and mist from five masts while it is above 24 °C",
        "Heat at shoulder height at three in the afternoon",
        "Water runs where somebody could slip",
    ),
    places=(
        ("Citadel square", "Old Town", "Stone on all sides"),
        ("Fishmarket square", "Harbourside", "Market, no tree"),
        ("Station forecourt", "Station Quarter", "Waiting without a roof"),
        ("Chapel square", "Northgate", "Old people's home beside it"),
        ("Mill square", "Millbank", "School way"),
        ("Town Hall square", "Old Town", "As much stone as the Citadel's"),
        ("Net Loft square", "Harbourside", "As open as the Fishmarket"),
        ("Freight square", "Station Quarter", "As grey as the forecourt"),
        ("Upper Hill square", "Northgate", "Same slope as the Chapel's"),
        ("Weavers' square", "Millbank", "Same size as Mill square"),
        ("Kiln square", "Millbank", "No tree either"),
        ("Lighthouse square", "Gull Island", "Open to the sea"),
        ("Causeway place", "Gull Island", "Asphalt"),
        ("Ropewalk place", "Harbourside", "Asphalt"),
    ),
    pilots=5,
    process=Process(
        code="square-heat",
        goal=2,
        name="Heat on the square at three in the afternoon",
        unit="°C",
        direction="down",
        worth_it=1.5,
        level=24.0,
        spread=1.2,
        weather=0.4,
        drift=0.5,
        chance=0.7,
        town=3.0,
        effect=-3.0,
        digits=1,
    ),
    truth="only_against_comparison",
    device=_device("Thermometer in a white box", "temperature", "heat, parks", "Parks and Canal",
                   "parks@example.org"),
    call={"no_call_reason": "Tubs, canvas and masts come from the city's own nursery and yard."},
    bids=(("City nursery and yard", "18900.00", "", "Everything was there already."),),
    declarations=(("Head gardener", ""),),
    chosen_by="Two gardeners and the afternoon club",
    chosen_why="Nothing had to be bought but the masts.",
    clauses=_CLAUSES,
    gates=_gates(
        "Edda Brook",
        "From the walk on a hot day. Owner: Parks and Canal.",
        "Order to the city's own yard, two pages.",
        "Screening: heat, no people.",
        "All fourteen squares, from the same Monday.",
    ),
    answers=(
        ("better", "We sit here again at three, four of us, with cards.", "en"),
        ("better", "A breath comes from the mist, even beside it.", "en"),
        ("same", "It was a hot summer everywhere. I did not notice.", "en"),
    ),
    specification=(
        ("Canvas", "60 square metres on each square"),
        ("Trees", "forty planes in tubs"),
        ("Mist", "from five masts, while it is above 24 °C"),
    ),
    ratings=(7, 2, 1),
)  # fmt: skip

RADIATORS = TriedPilot(
    title="Radiators that notice an empty room",
    playbook="sustainable-energy",
    question="Do schools need at least half a kilowatt-hour less for each square metre?",
    plan=_plan(
        "The rooms are warm in the holidays, and in the first lesson we keep our coats on.",
        "Schools and Buildings",
        "Emberline valves that close when nobody is in the room",
        "Energy for heating, one figure a week for each school",
        "A classroom below 19 °C in the first lesson",
    ),
    places=(
        ("School Rise school", "Northgate", "By lot"),
        ("Fishmarket school", "Harbourside", "By lot"),
        ("Mill school", "Millbank", "By lot"),
        ("Station school", "Station Quarter", "By lot"),
        ("Citadel school", "Old Town", "By lot"),
        ("Causeway school", "Gull Island", "By lot"),
    ),
    drawn=3,
    process=Process(
        code="school-heat",
        goal=2,
        name="Energy for heating of schools",
        unit="kWh per square metre and week",
        direction="down",
        worth_it=0.5,
        level=3.2,
        spread=0.5,
        weather=0.3,
        drift=0.7,
        chance=0.4,
        town=0.6,
        effect=-0.1,
        digits=2,
    ),
    truth="too_small",
    device=_device("Valve with a motion sensor", "temperature", "heating, schools",
                   "Schools and Buildings", "schools@example.org"),
    call={"no_call_reason": "Below the sum from which the council asks for an open call."},
    bids=(("Emberline", "9800.00", "", "The only offer that runs without a network."),),
    declarations=(("Caretakers' office", ""),),
    chosen_by="Caretakers' office and two teachers",
    chosen_why="It works without a telephone and without a cloud.",
    clauses=_CLAUSES,
    gates=_gates(
        "Marit Oduya",
        "From the pupils' council. Owner: Schools and Buildings.",
        "Agreement with Emberline, four pages.",
        "Screening: that a room is empty, never who was in it.",
        "All six schools, from the same Monday.",
    ),
    answers=(
        ("same", "It clicks at night. Otherwise as before.", "en"),
        ("worse", "The first lesson is colder than last year.", "en"),
    ),
    specification=(
        ("Valve", "Emberline, one on each radiator"),
        ("Sensor", "warmth of the body, no pictures"),
        ("Turned down", "to 16 degrees after 20 minutes without anybody"),
    ),
    ratings=(2, 6, 2),
)  # fmt: skip

TRIED = (SCREENS, GREEN_WAVE, SHADE, RADIATORS)
