"""Three more pilots of the demo town, each at another place of its life."""

from __future__ import annotations

from ..records import Measure, OtherPilot

ANSWERS_QUESTIONS = "Innovation Office, town hall, or any library counter"
CITY_NUMBER = "01632 960 100"

SIGNALS = OtherPilot(
    title="Crossings that see who waits",
    playbook="traffic-management",
    plan={
        "problem": (
            "After the late shift we stand at an empty road and wait for a green that is made for "
            "the morning. In the end everybody walks on red, and one night somebody will not see "
            "the van."
        ),
        "owner_department": "Roads and Crossings",
        "technology": "Halm Crossing 5 signal program with radar at the kerb, program 5.2",
        "stop_rule": "People on foot wait longer than before for four weeks in a row",
        "second_year": "Roads and Crossings, from the maintenance of the old signals",
        "measured_data": (
            "How long somebody waits between pressing and green, and how many cross in an hour. "
            "No pictures, no number plates."
        ),
        "purpose": "To find out whether people wait less after dark, and whether buses lose time.",
        "recipients": "Roads and Crossings and the university",
        "retention": "One year after the end, then deleted",
        "contact": ANSWERS_QUESTIONS,
        "feedback_read": "on Tuesdays and Fridays",
        "city_number": CITY_NUMBER,
        "no_comparison_reason": (
            "Every crossing is to have it. The first three steps are compared with crossings whose "
            "turn has not come; for the last two crossings nothing is left."
        ),
    },
    planned=-11,
    measuring=-4,
    technology=5,
    ends=33,
    due=36,
    places=(
        ("Northgate Road at the last stop", "Northgate", "pilot", "Last bus, no light at the kerb"),
        ("School Rise", "Northgate", "pilot", "Training ends at nine"),
        ("Fishmarket Way", "Harbourside", "pilot", "Night shift from three"),
        ("Harbour Gate", "Harbourside", "pilot", "Lorries from the port all night"),
        ("Station Approach crossing", "Station Quarter", "pilot", "Last train at 23:52"),
        ("Coalyard Lane crossing", "Station Quarter", "pilot", "Kerbs for wheelchairs are new"),
        ("Weaver's Bridge, north end", "Millbank", "pilot", "Only way over the canal after nine"),
        ("Library Cross", "Old Town", "pilot", "Slow walkers after the reading hour"),
    ),
    measure=Measure(
        "walk-wait",
        0,
        "Time that people on foot wait after dark",
        "seconds per crossing",
        "down",
        10,
        "Log of the signals, checked by hand on two evenings",
        47,
        9,
        0,
        1,
    ),
    device={
        "name": "Radar at the kerb and counter in the push button",
        "sensor_type": "proximity",
        "themes": "crossings, walking",
        "organisation": "Roads and Crossings",
        "email": "roads@example.org",
    },
    call={
        "no_call_reason": (
            "The signals belong to one maker until their contract ends in four years. Another "
            "program cannot be put into them. The council was told, and said that the next "
            "contract must allow it."
        )
    },
    bids=(
        (
            "Halm Signals",
            "28900.00",
            "",
            "The maker of the signals: nobody else can change their program.",
        ),
    ),
    declarations=(
        ("Head of Roads and Crossings", ""),
        ("Blind and Partially Sighted Society", ""),
    ),
    chosen_by="Roads and Crossings with the Blind and Partially Sighted Society",
    chosen_why="No choice was possible. The price is that of the list, and the list is public.",
    clauses={
        "ownership": ("3", ""),
        "audit": (
            "",
            "The maker does not open the program. The university may stand beside every signal "
            "and count, and that is in the agreement.",
        ),
        "deletion": ("6.1", ""),
        "secondary_use": ("3.2: none", ""),
        "removal": ("8: the old program is put back within a day", ""),
        "publication": ("7", ""),
        "service_levels": ("9: two working days", ""),
    },
    gates=(
        (
            "problem",
            "From the night walk and statements 1 and 18. Owner: Roads and Crossings.",
            "Joris Henning",
            0,
        ),
        (
            "stakeholders",
            "All five groups; the Blind and Partially Sighted Society chooses the crossings too.",
            "Lena Okafor",
            1,
        ),
        ("call", "No open call; the reason is public.", "Joris Henning", 2),
        ("selection", "One maker, price of the list.", "Joris Henning", 3),
        ("agreement", "Addition no. 4 to the contract for signals.", "Joris Henning", 3),
        (
            "data_protection",
            "Screening: radar sees that something waits, not who. No assessment is needed.",
            "Stellan Mbeki, data protection officer",
            4,
        ),
        (
            "disclosure",
            "A notice on every post with a button, in three languages, and in Braille "
            "at Library Cross.",
            "Tomás Reyes",
            5,
        ),
        ("measuring", "The log of all eight crossings, from the same Monday.", "Ines Falk", 7),
    ),
)

PARK = OtherPilot(
    title="A park that says what it needs",
    playbook="smart-parks",
    plan={
        "problem": (
            "The canal park is locked in our heads after six: a lamp is out for weeks, the toilet "
            "is shut and nobody knows until when, and whoever reports it hears nothing again."
        ),
        "owner_department": "Parks and Canal",
        "technology": "Reedbed fault buttons and soil probes, with the app of the gardeners",
        "stop_rule": "Gardeners spend more hours on the screen than they save on the way",
        "second_year": "Parks and Canal, if a day is saved for every fault",
        "measured_data": "Days until a fault is mended, soil moisture, and litres of water",
        "purpose": "To find out whether faults are mended sooner.",
        "recipients": "Parks and Canal; Reedbed for its own probes",
        "retention": "One year after the end, then deleted",
        "contact": ANSWERS_QUESTIONS,
        "feedback_read": "every weekday at seven, by the gardeners",
        "city_number": CITY_NUMBER,
    },
    planned=-36,
    measuring=-28,
    technology=-18,
    ends=8,
    due=10,
    places=(
        ("Canal meadow", "Millbank", "pilot", "Three lamps and the toilet"),
        ("Rose steps", "Old Town", "pilot", "Benches of the afternoon club"),
        ("Play hollow", "Northgate", "pilot", "Children until the lamps go out"),
        ("Willow bank", "Millbank", "pilot", "Path to the late shift"),
        ("Citadel green", "Old Town", "comparison", "As many faults as the meadow"),
        ("Harbour gardens", "Harbourside", "comparison", "As large as the hollow"),
    ),
    measure=Measure(
        "faults-open",
        0,
        "Days until a fault is mended",
        "days",
        "down",
        2,
        "Book of the gardeners, the twelve weeks before",
        11,
        2,
        -4,
        1,
    ),
    device={
        "name": "Soil probe and fault button",
        "sensor_type": "density",
        "themes": "parks, upkeep",
        "organisation": "Parks and Canal",
        "email": "parks@example.org",
    },
    call={
        "link": "https://harbourlea.example/calls/park",
        "criteria": "Works with gloves on: 50 %\nPrice for three years: 30 %\nRuns without a "
        "telephone: 20 %",
    },
    bids=(
        ("Reedbed", "17400.00", "81 of 100", "A button that one can press with gloves on."),
        ("Verdant Systems", "26150.00", "64 of 100", "Counts telephones; that was not asked for."),
    ),
    declarations=(("Head gardener", ""), ("Afternoon club of the Rose steps", "")),
    chosen_by="Two gardeners and the afternoon club",
    chosen_why="The gardeners tried both for a morning and would carry only one of them.",
    clauses={
        "ownership": ("2", ""),
        "audit": ("5", ""),
        "deletion": ("6, with a list", ""),
        "secondary_use": ("2.3: none", ""),
        "removal": ("8", ""),
        "publication": ("7", ""),
        "service_levels": ("9: a silent probe within five days", ""),
    },
    gates=(
        ("problem", "From the answers at the canal, and the gardeners' book.", "Edda Brook", 0),
        ("stakeholders", "Gardeners first: four of six came on the first day.", "Lena Okafor", 1),
        ("call", "Open for four weeks; two offers.", "Edda Brook", 5),
        ("selection", "Minutes of the morning in the meadow.", "Edda Brook", 6),
        ("agreement", "Agreement with Reedbed, six pages, nothing missing.", "Edda Brook", 6),
        (
            "data_protection",
            "Screening: soil and screws, no people.",
            "Stellan Mbeki, data protection officer",
            7,
        ),
        ("disclosure", "A notice at every gate, in three languages.", "Tomás Reyes", 7),
        ("measuring", "The gardeners' book by week, all six places.", "Ines Falk", 8),
        ("baseline", "Ten weeks from every place.", "Ines Falk", 18),
        ("technology", "Buttons and probes on, the same morning.", "Edda Brook", 18),
    ),
    specification=(
        ("Fault buttons", "24, on lamps, benches and the toilet"),
        ("Soil probes", "16, two at each bed"),
        ("Answer to whoever pressed", "a light on the button when somebody has read it"),
    ),
    answers=(
        (
            "better",
            "The toilet was open again two days after I pressed. I had stopped believing.",
            "en",
        ),
        (
            "better",
            "A green light on the button: somebody has read it. That is all I wanted.",
            "en",
        ),
        ("same", "The lamp at the willows is still out, but now I know that they know.", "en"),
        ("worse", "My gloves are too thick for the button, and my fingers too cold without.", "en"),
        ("better", "El banco está arreglado y mi madre vuelve a sentarse allí.", "es"),
        ("better", "The gardener came over and asked what I had pressed for.", "en"),
        ("same", "I come for the ducks. The ducks are the same.", "en"),
        ("better", "أصبح المكان أنظف، وأجلس فيه مع أطفالي.", "ar"),
        ("worse", "Now everybody presses and nobody picks anything up.", "en"),
        ("better", "Fewer puddles on the play hollow since they water by the soil.", "en"),
    ),
)

BROADBAND = OtherPilot(
    title="Wi-Fi and a patient person at the launderette",
    playbook="broadband-access",
    plan={
        "problem": (
            "The form is on the internet, the internet is at the library, and the library shuts "
            "before my shift ends. Somebody would have to sit beside me, too."
        ),
        "owner_department": "Harbourlea Libraries",
        "technology": "Public Wi-Fi without sign-in and a helper on three evenings a week",
        "stop_rule": "Fewer than five people come on an evening, four weeks in a row",
        "second_year": "Nobody yet; that is what the decision is about",
        "measured_data": "Speed in the evening, and connections in an hour without device numbers",
        "purpose": "To find out whether more people get done what they need online.",
        "recipients": "Harbourlea Libraries",
        "retention": "One year after the end, then deleted",
        "contact": ANSWERS_QUESTIONS,
        "feedback_read": "on Mondays, by the helper",
        "city_number": CITY_NUMBER,
        "no_comparison_reason": (
            "It ran for nine months before the partnership heard of it. No other launderette was "
            "measured then, and none can be now."
        ),
    },
    planned=-20,
    measuring=-18,
    technology=-58,
    specification=(
        ("Wi-Fi", "no sign-in, 100 Mbit/s down, 40 up"),
        ("Helper", "on three evenings a week, from six to nine"),
        ("Devices to borrow", "two laptops and a printer"),
    ),
    ends=-4,
    due=-2,
    places=(
        ("Launderette at the station", "Station Quarter", "pilot", "Open until eleven"),
        ("Launderette in Kiln Street", "Millbank", "pilot", "Rented flats without a line"),
        ("Seamen's mission", "Harbourside", "pilot", "Crews who stay a week"),
    ),
    measure=Measure(
        "evening-speed",
        2,
        "Download speed in the evening",
        "Mbit/s",
        "up",
        10,
        "Not known: it ran for nine months before anybody measured",
        24,
        4,
        0,
        1,
    ),
    device={
        "name": "Wi-Fi access point",
        "sensor_type": "electricity",
        "themes": "internet, inclusion",
        "organisation": "Harbourlea Libraries",
        "email": "library-network@example.org",
    },
    call={},
    clauses={},
    gates=(
        (
            "data_protection",
            "Assessment made late: the access point kept device numbers for nine months. They are "
            "deleted, and the setting is off. Signed with that in it.",
            "Stellan Mbeki, data protection officer",
            1,
        ),
        ("disclosure", "A notice on each door and on the page before the Wi-Fi.", "Tomás Reyes", 1),
        ("measuring", "Speed every evening at three places, from this Monday.", "Ines Falk", 2),
    ),
    answers=(
        ("better", "She did not do it for me. She sat there until I had done it.", "en"),
        ("better", "I wrote to my daughter from here. The ship leaves on Thursday.", "en"),
        ("same", "It is fast until nine, and then everybody looks at films.", "en"),
        ("better", "Pude enviar la solicitud del piso entre dos lavadoras.", "es"),
        ("worse", "On Fridays there is no helper, and Friday is when I can come.", "en"),
    ),
)

OTHERS = (SIGNALS, PARK, BROADBAND)

# What their evaluation plans ask.
SIGNALS_JUDGED_BY = (
    "Do people on foot wait less at these crossings after dark, once the signals look out for them?"
)
PARK_JUDGED_BY = "Are faults in the parks mended in fewer days, once they are reported by a press?"

PAUSED = (
    "A storm tore out nine buttons. Nothing is read until they are back, so that no silence is "
    "taken for a mended lamp."
)
RESUMED = "All buttons are back. The weeks of the storm are left out of the reckoning."
OPEN_DANGER = "There is a bare wire hanging from the lamp at the willow bank, low enough to touch."
SETTLED_DANGER = "Broken glass all over, and a hole in the steps where the children jump."
SETTLED = "Gardeners swept and fenced it within two hours; the step was mended on the third day."
PHOTO_WORDS = "A bench with a broken board, and somebody's bag on it"
PHOTO_SAID = "The board has been broken since the storm. Nobody asked me about my bag."

# As in `words.record.COMMITMENTS`; days count from eight weeks ago.
PARK_PROMISES: tuple[tuple[str, str, int, str, str, str], ...] = (
    (
        "The buttons cannot be pressed with thick gloves.",
        "Reedbed",
        35,
        "Larger caps on all twenty-four buttons.",
        "done",
        "",
    ),
    (
        "The lamp at the willows is out.",
        "Parks and Canal",
        28,
        "",
        "heard",
        "",
    ),
    (
        "Open the toilet all night.",
        "Parks and Canal",
        40,
        "",
        "wont",
        "Nobody can look after it between one and five. It opens at five now, for the early shift.",
    ),
)
