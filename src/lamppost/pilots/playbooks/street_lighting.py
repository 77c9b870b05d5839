"""Smart street lighting: lamps that dim, brighten, or change colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import Concern, Disclosure, KnownLesson, Playbook, SuggestedIndicator

INDICATORS = (
    SuggestedIndicator(
        "evening-walkers",
        _("People walking by after dark"),
        _("people per hour"),
        "up",
        5,
        "pedestrian count after dark",
        _(
            "Count at the lamp by infrared or radar, without pictures. Weather and season move "
            "it, so comparison sites need the same counter."
        ),
    ),
    SuggestedIndicator(
        "lighting-energy",
        _("Energy for lighting"),
        _("kWh per lamp and week"),
        "down",
        1.5,
        "active energy",
        _("The lamp's own meter. Strong for energy alone: it says nothing about safety."),
    ),
    SuggestedIndicator(
        "feels-safe",
        _("Residents who feel safe walking home after dark"),
        _("% of those asked"),
        "up",
        10,
        "share of answers",
        _("Ask the same question at pilot and comparison sites, before and after."),
    ),
    SuggestedIndicator(
        "night-complaints",
        _("Complaints about light or darkness"),
        _("complaints per site and month"),
        "down",
        1,
        "complaint count",
        _("From the city's service line. More attention brings more complaints at first."),
    ),
    SuggestedIndicator(
        "light-at-window",
        _("Light at bedroom windows"),
        _("lux"),
        "down",
        0.5,
        "vertical illuminance",
        _("A hand-held meter on agreed evenings, at the same windows each time."),
    ),
    SuggestedIndicator(
        "lamps-working",
        _("Lamps that work"),
        _("% of lamp hours"),
        "up",
        2,
        "availability",
        _("A silent sensor is a task for somebody, never a zero."),
    ),
)

CONCERNS = (
    Concern(
        _("Is there a camera in the lamp?"),
        _(
            "Say on the notice what the lamp can sense and what it cannot. Buy no fixture with "
            "a camera or microphone that the pilot does not need."
        ),
    ),
    Concern(
        _("The light is too white, too bright, and shines into bedrooms."),
        _(
            "Test colour and brightness with the neighbours on one street before the rest. "
            "Shield lamps near windows."
        ),
    ),
    Concern(
        _("A dimmed street feels dangerous."),
        _("Let neighbours set the lowest level. Brighten before somebody arrives, not after."),
    ),
    Concern(
        _("It is only about saving money."),
        _("Publish the saving and what it pays for, beside what residents say."),
    ),
    Concern(
        _("Bats, insects and trees suffer."),
        _("Ask the nature conservation office before choosing colour temperature and hours."),
    ),
    Concern(
        _("Nobody repairs it when it fails."),
        _("Put the phone number and the repair time on every post."),
    ),
)

NOT_FORGET = (
    _("People who walk home from late shifts: cleaners, nurses, kitchen staff"),
    _("Women's groups and girls' clubs"),
    _("People with low vision, and people who use a wheelchair"),
    _("Neighbours whose bedroom faces the lamp"),
    _("Older people who no longer go out after dark"),
    _("People who sleep outdoors or work on the street at night"),
    _("The maintenance crew that climbs the posts"),
    _("Nature conservation"),
)

LESSONS = (
    KnownLesson(
        _("Temporary light towers at public housing, New York, 2016"),
        _(
            "Outdoor crime at night fell by at least 36 % where the city drew by lot how much "
            "light to add. Tenant leaders chose the spots."
        ),
        5,
        "Chalfin et al., NBER 25798; J. Quant. Criminol. 38(1)",
    ),
    KnownLesson(
        _("Lamps off, dimmed or whiter, 62 authorities in England and Wales"),
        _(
            "No evidence of more collisions, and no overall evidence of more crime. Saving "
            "energy need not cost safety."
        ),
        3,
        "Steinbach et al. (LANTERNS), J. Epidemiol. Community Health 2015",
    ),
    KnownLesson(
        _("LED retrofit of 140,000 lamps, Los Angeles: energy"),
        _("Metered energy fell by 63 %, planned were 40 %."),
        1,
        "energy.gov; C40 awards 2014",
    ),
    KnownLesson(
        _("LED retrofit of 140,000 lamps, Los Angeles: crime"),
        _(
            "A fall of 10.5 % was credited to the lamps from two totals, without a comparison. "
            "The same pilot, a much weaker claim."
        ),
        1,
        "energy.gov; C40 awards 2014",
    ),
    KnownLesson(
        _("LED retrofit, Davis, California: stopped"),
        _(
            "Lamps of 2,115 and 2,326 lumens were tested, then lamps of 2,800 were bought. 36 of "
            "40 comments were negative; the council stopped at 1,400 of 2,600 lamps."
        ),
        1,
        "volt.org, lessons learned",
    ),
    KnownLesson(
        _("Smart streetlights with cameras, San Diego, 2016–20: out of operation"),
        _(
            "Bought as an energy project; the cameras' role was not shown to the council and "
            "police use came later. The saving did not cover the cost."
        ),
        0,
        "voiceofsandiego.org, 14 June 2023",
    ),
    KnownLesson(
        _("Presence-sensing road lights, southern Finland"),
        _("Drivers accepted them in three rounds of questions; no energy figure was reported."),
        1,
        "Smart Cities 2023, 6(4), 1879",
    ),
)

DOCUMENTS = {
    "problem": _(
        "What people say about walking here after dark, in their own words:\n\n"
        "Which streets, which hours, which season:\n\n"
        "What was tried before, and what came of it:\n\n"
        "The department that owns the lamps, and the one that owns the problem:\n\n"
        "The indicator that will tell whether it got better:\n\n"
        "What would make us stop (for example: more people feel less safe for four weeks):\n\n"
        "Who would pay for power and repair in the second year:"
    ),
    "data_protection": _(
        "What the lamp can sense (presence, light, power), and what it cannot (no camera, no "
        "microphone, no Wi-Fi or Bluetooth scanning):\n\n"
        "Why a count at the lamp is needed, and why a count by hand would not do:\n\n"
        "What leaves the lamp: one number per quarter of an hour, nothing about single people:\n\n"
        "Risks: counting at a place with few people, a later change of purpose, theft of the "
        "device:\n\n"
        "Measures: lowest count shown, purpose fixed in the contract, no other use without "
        "this assessment again:\n\n"
        "How long readings are kept, and who proves that they were deleted:\n\n"
        "Advice of the data-protection officer:"
    ),
    "measuring": _(
        "Counter type and firmware at each pilot site and each comparison site:\n\n"
        "Height and direction of each counter (the same at all sites):\n\n"
        "Check by hand: one hour counted by a person beside the counter, both numbers:\n\n"
        "Who is told when a counter is silent for a day:"
    ),
    "technology": _(
        "Lamp model, lumens, colour temperature (K) and firmware that were switched on:\n\n"
        "Lowest and highest level, and the hours:\n\n"
        "Is this exactly the lamp that the city would buy for more streets? If not, what "
        "differs:\n\n"
        "Whom residents call when a lamp fails, and how fast it is mended:"
    ),
}

STREET_LIGHTING = Playbook(
    code="smart-street-lighting",
    title=_("Smart street lighting"),
    summary=_("Lamps that brighten when somebody walks by and dim when the street is empty."),
    problem_prompts=(
        _("Who does not dare to walk where, and when?"),
        _("What do people do instead: a detour, a taxi, staying at home?"),
        _("Is it darkness, glare, broken lamps, or something that light will not change?"),
    ),
    stop_rules=(
        _("More people say worse than better at the pilot sites for four weeks in a row."),
        _("A lamp fails on more than one night in ten and is not mended within three days."),
        _("The supplier asks for data that the notice does not name."),
    ),
    indicators=INDICATORS,
    site_question=_("Is walking here after dark better now?"),
    feedback_questions=(
        _("Could you see who came towards you?"),
        _("Does light shine into your home?"),
        _("Where is it still dark?"),
        _("Would you let a child walk here at eight in the evening?"),
    ),
    concerns=CONCERNS,
    not_forget=NOT_FORGET,
    disclosure=Disclosure(
        purpose=_("To find out whether lamps that react to people make walking here better."),
        technology=_("Lamp with a presence sensor, without camera or microphone"),
        measured_data=_("How many people pass per hour, and the energy that the lamp uses"),
        personal_data="none",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's street lighting office"),
    ),
    lessons=LESSONS,
    documents=DOCUMENTS,
)
