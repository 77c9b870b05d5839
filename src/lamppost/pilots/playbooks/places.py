"""Smart parks, green spaces and digital signage."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import Concern, Disclosure, KnownLesson, Playbook, SuggestedIndicator

SMART_PARKS = Playbook(
    code="smart-parks",
    title=_("Smart parks"),
    summary=_("Irrigation by soil moisture, counters, benches and toilets that report faults."),
    problem_prompts=(
        _("Which part of the park do people avoid, and when?"),
        _("What dies, floods or breaks every summer?"),
    ),
    stop_rules=(
        _("The gardeners say that the plants suffer."),
        _("A device identifier of a visitor is stored."),
    ),
    indicators=(
        SuggestedIndicator(
            "irrigation-water",
            _("Water for irrigation"),
            _("litres per m² and week"),
            "down",
            5,
            "water volume",
            _("The meter of each bed. Rain moves it, so comparison beds are needed."),
        ),
        SuggestedIndicator(
            "visits",
            _("People who visit"),
            _("visits per day"),
            "up",
            20,
            "visit count",
            _("Count at the gates without device identifiers."),
        ),
        SuggestedIndicator(
            "faults-open",
            _("Days until a fault is mended"),
            _("days"),
            "down",
            2,
            "repair time",
            _("From report to repair, by the city's own service line."),
        ),
    ),
    site_question=_("Is this part of the park better now?"),
    feedback_questions=(_("What would make you stay longer?"), _("What is broken?")),
    concerns=(
        Concern(
            _("Benches count my phone."),
            _("Count people by infrared, and say so on the bench."),
        ),
        Concern(
            _("The gardeners were never asked."),
            _("Put a gardener on the team before choosing sites."),
        ),
    ),
    not_forget=(
        _("The gardeners, also of the community garden"),
        _("Teenagers"),
        _("People who spend the day in the park because they have no other place"),
        _("Carers with small children"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether watering by soil moisture keeps the park alive."),
        technology=_("Soil and water sensors"),
        measured_data=_("Soil moisture, and litres of water"),
        personal_data="none",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's parks department"),
    ),
    lessons=(
        KnownLesson(
            _("Benches that count phones, Charlotte and New York"),
            _(
                "85 % of the devices came back, which led to evening programmes; the counts were "
                "never checked, and counting devices brought a fine elsewhere."
            ),
            0,
            "totallandscapecare.com, 2017; gdprhub.eu on Enschede",
        ),
    ),
)

GREEN_SPACES = Playbook(
    code="green-spaces",
    title=_("Green spaces"),
    summary=_("Vacant lots greened, trees planted, roofs and walls that cool the street."),
    problem_prompts=(
        _("Where is it too hot, too empty or too littered to stay?"),
        _("Who looked after this place before, and who will?"),
    ),
    stop_rules=(
        _("Nobody waters for three weeks."),
        _("Rents or displacement become the neighbours' main worry."),
    ),
    indicators=(
        SuggestedIndicator(
            "air-temperature",
            _("Air temperature on summer afternoons"),
            _("°C"),
            "down",
            0.5,
            "air temperature",
            _("Shaded sensors at the same height at pilot and comparison sites."),
        ),
        SuggestedIndicator(
            "feels-safe",
            _("Neighbours who worry about their safety here"),
            _("% of those asked"),
            "down",
            10,
            "share of answers",
            _("Ask the same neighbours before and after."),
        ),
        SuggestedIndicator(
            "time-outdoors",
            _("People who sit or play outdoors"),
            _("people per hour"),
            "up",
            3,
            "people count",
            _("Counted by neighbours on agreed afternoons."),
        ),
    ),
    site_question=_("Is this place better now?"),
    feedback_questions=(_("Would you sit here?"), _("What should grow here?")),
    concerns=(
        Concern(_("Rents will rise."), _("Publish rents nearby, and agree what happens then.")),
        Concern(
            _("It is planted and then forgotten."),
            _("Name who waters, and for how many years that is paid."),
        ),
    ),
    not_forget=(
        _("Neighbours who face the lot"),
        _("Gardeners and people who grow food"),
        _("Children"),
        _("Tenants who fear that they must move"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether greening makes this place cooler and safer."),
        technology=_("Plants, and a temperature sensor"),
        measured_data=_("Air temperature and humidity"),
        personal_data="none",
        retention=_("Until two years after the pilot ends"),
        contact=_("The city's green spaces office"),
    ),
    lessons=(
        KnownLesson(
            _("541 vacant lots drawn by lot, Philadelphia"),
            _(
                "Perceived crime 37 % lower, vandalism 39 %, worry about safety 58 %; people "
                "socialised outdoors 76 % more. Residents were interviewed beside the numbers."
            ),
            5,
            "Branas et al., PNAS 2018, PMC5866574",
        ),
    ),
)

DIGITAL_SIGNAGE = Playbook(
    code="digital-signage",
    title=_("Digital signage"),
    summary=_("Screens and kiosks with maps, notices and services."),
    problem_prompts=(
        _("What do people look for here and not find?"),
        _("Who pays for the screen, and what do they get for it?"),
    ),
    stop_rules=(
        _("The screen shows advertising for more than half of the time."),
        _("Sites move away from the streets that need them."),
    ),
    indicators=(
        SuggestedIndicator(
            "found-it",
            _("People who found what they looked for"),
            _("% of those asked"),
            "up",
            10,
            "share of answers",
            _("Ask at the screen and at a place without one."),
        ),
        SuggestedIndicator(
            "screens-working",
            _("Screens that work"),
            _("% of hours"),
            "up",
            2,
            "availability",
            _("Look at them: a screen that reports itself working may show an error."),
        ),
        SuggestedIndicator(
            "need-share",
            _("Screens in areas of most need"),
            _("% of screens"),
            "up",
            10,
            "share of sites",
            _("Fix the areas before the sites are chosen."),
        ),
    ),
    site_question=_("Is it easier to find your way here now?"),
    feedback_questions=(_("What did you look for?"), _("Could you read the screen?")),
    concerns=(
        Concern(_("The screen watches me."), _("No camera and no microphone, said on the screen.")),
        Concern(_("It shines into my window."), _("Dim it after dark.")),
    ),
    not_forget=(
        _("People who do not see the screen or cannot reach it"),
        _("People who read other languages"),
        _("Shopkeepers and neighbours opposite the screen"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether screens help people to find their way."),
        technology=_("Screen without camera or microphone"),
        measured_data=_("Which pages were opened, without names"),
        personal_data="none",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's communication office"),
    ),
    lessons=(
        KnownLesson(
            _("Kiosks in New York, audited in 2021"),
            _(
                "1,869 of 3,153 were built, few where homes lack fast internet; 76 % of 227 "
                "inspected sites had faults. Income from advertising drew them away from need."
            ),
            0,
            "New York State Comptroller, as reported by kioskindustry.org and StateScoop",
        ),
    ),
)
