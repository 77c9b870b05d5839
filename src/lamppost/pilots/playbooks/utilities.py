"""Sustainable energy and broadband access."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import Concern, Disclosure, KnownLesson, Playbook, SuggestedIndicator

SUSTAINABLE_ENERGY = Playbook(
    code="sustainable-energy",
    title=_("Sustainable energy"),
    summary=_("Solar power, shared batteries, heat pumps and meters that show what is used."),
    problem_prompts=(
        _("Who cannot pay the bill, or is cold at home?"),
        _("Which buildings waste the most, and who decides about them?"),
    ),
    stop_rules=(
        _("Bills of poor households rise."),
        _("A meter shows when somebody is at home to anybody but themselves."),
    ),
    indicators=(
        SuggestedIndicator(
            "energy-used",
            _("Energy used"),
            _("kWh per building and week"),
            "down",
            50,
            "active energy",
            _("Corrected for weather, or compared with similar buildings in the same weeks."),
        ),
        SuggestedIndicator(
            "bill",
            _("What households pay"),
            _("per month"),
            "down",
            10,
            "cost",
            _("From bills that households share; in the local currency."),
        ),
        SuggestedIndicator(
            "indoor-temperature",
            _("Hours too cold or too hot indoors"),
            _("hours per week"),
            "down",
            5,
            "indoor air temperature",
            _("Saving by being cold is no success: measure both."),
        ),
    ),
    site_question=_("Is it better in this building now?"),
    feedback_questions=(_("Were you cold last week?"), _("Do you understand your bill?")),
    concerns=(
        Concern(
            _("The meter knows when I am at home."),
            _("Keep hourly values in the home; take weekly sums."),
        ),
        Concern(
            _("Only owners profit."),
            _("Agree before the start how savings are shared with tenants."),
        ),
    ),
    not_forget=(
        _("Tenants, and people who pay by prepayment meter"),
        _("People who depend on medical devices"),
        _("Caretakers of the buildings"),
        _("Small shops"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether this building needs less energy without being colder."),
        technology=_("Energy meter and temperature sensor"),
        measured_data=_("Energy of the whole building per week, and temperature in the hallway"),
        personal_data="deidentified",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's energy office"),
    ),
    lessons=(
        KnownLesson(
            _("LED retrofit of 140,000 lamps, Los Angeles: energy"),
            _(
                "Metered energy fell by 63 %, planned were 40 %. Direct metering is strong for "
                "energy, and only for energy."
            ),
            1,
            "energy.gov; C40 awards 2014",
        ),
        KnownLesson(
            _("Lamps off or dimmed, 62 authorities in England and Wales"),
            _("No evidence that saving energy cost safety."),
            3,
            "Steinbach et al. (LANTERNS), J. Epidemiol. Community Health 2015",
        ),
    ),
)

BROADBAND_ACCESS = Playbook(
    code="broadband-access",
    title=_("Broadband access"),
    summary=_("Public Wi-Fi, networks of the neighbourhood, devices and help to use them."),
    problem_prompts=(
        _("Who is offline, and is it the price, the line, the device or the know-how?"),
        _("What can people not do without it: school, work, the doctor?"),
    ),
    stop_rules=(
        _("Those who were offline before are not among the users after three months."),
        _("The operator wants data about users that it does not need."),
    ),
    indicators=(
        SuggestedIndicator(
            "households-online",
            _("Households that are online"),
            _("% of households"),
            "up",
            5,
            "share of answers",
            _("Ask at the door: being reached by a line is not the same as using it."),
        ),
        SuggestedIndicator(
            "speed",
            _("Download speed in the evening"),
            _("Mbit/s"),
            "up",
            10,
            "download rate",
            _("Measured at fixed points at the same hours."),
        ),
        SuggestedIndicator(
            "help-given",
            _("People who got help and came again"),
            _("people per month"),
            "up",
            10,
            "visit count",
            _("Counted by the library or community centre."),
        ),
    ),
    site_question=_("Is getting online here better now?"),
    feedback_questions=(_("What did you want to do online?"), _("Who helped you?")),
    concerns=(
        Concern(_("I am followed."), _("No sign-in, no tracking, no sale of data.")),
        Concern(
            _("It ends when the money ends."),
            _("Say who pays in the second year before the first begins."),
        ),
    ),
    not_forget=(
        _("Households without a line or a device"),
        _("Pupils who do homework on a phone"),
        _("Older people"),
        _("Librarians and community centres"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether more people here get online."),
        technology=_("Public Wi-Fi without sign-in"),
        measured_data=_("Data volume and number of connections per hour, without device numbers"),
        personal_data="none",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's digital inclusion office"),
    ),
    lessons=(
        KnownLesson(
            _("Municipal broadband in towns of the United States, 2013–17"),
            _("No evidence of more subscriptions or jobs: a line alone does not bring use."),
            3,
            "“What Are the Economic Effects of Municipal Broadband?”",
        ),
        KnownLesson(
            _("Kiosks with Wi-Fi, New York"),
            _("137 stood in the Bronx, where 38 % of homes lack fast internet."),
            0,
            "New York State Comptroller, as reported by kioskindustry.org and StateScoop",
        ),
    ),
)
