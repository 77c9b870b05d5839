"""Traffic management and transit app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .kinds import Concern, Disclosure, KnownLesson, Playbook, SuggestedIndicator

TRAFFIC_MANAGEMENT = Playbook(
    code="traffic-management",
    title=_("Traffic management"),
    summary=_("Signals that adapt to who is waiting, on foot, by bicycle, by bus or by car."),
    problem_prompts=(
        _("Who waits too long, at which crossing, at what time?"),
        _("Who does not cross at all because it feels dangerous?"),
    ),
    stop_rules=(
        _("People on foot wait longer than before for four weeks in a row."),
        _("A near miss is reported that the new signal times explain."),
    ),
    indicators=(
        SuggestedIndicator(
            "walk-wait",
            _("Time that people on foot wait"),
            _("seconds per crossing"),
            "down",
            10,
            "pedestrian waiting time",
            _("From the signal's own log of button presses; count by hand for a check."),
        ),
        SuggestedIndicator(
            "bus-delay",
            _("Delay of buses through the junctions"),
            _("seconds per trip"),
            "down",
            20,
            "delay",
            _("From the buses' positions, on the same trips before and after."),
        ),
        SuggestedIndicator(
            "car-travel-time",
            _("Travel time by car on the corridor"),
            _("minutes"),
            "down",
            1,
            "travel time",
            _("Needs a comparison corridor: traffic changes by itself."),
        ),
        SuggestedIndicator(
            "air-no2",
            _("Nitrogen dioxide at the kerb"),
            _("µg/m³"),
            "down",
            3,
            "NO2 concentration",
            _("Measured, not modelled; weather moves it more than signals do."),
        ),
    ),
    site_question=_("Is it easier to cross here now?"),
    feedback_questions=(
        _("Was the green long enough for you?"),
        _("Did drivers wait for you?"),
    ),
    concerns=(
        Concern(
            _("Only cars win."),
            _("Publish waiting times on foot, by bicycle and by bus beside those by car."),
        ),
        Concern(
            _("Cameras read number plates."),
            _("Prefer loops and radar; where a camera counts, let no picture leave it."),
        ),
        Concern(_("Traffic moves to our street."), _("Count in the side streets too.")),
    ),
    not_forget=(
        _("Children on their way to school"),
        _("People who walk slowly or do not see the signal"),
        _("Bus and delivery drivers"),
        _("Neighbours of the side streets"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether signals that adapt make waiting times shorter."),
        technology=_("Traffic signal with detectors"),
        measured_data=_("How many people and vehicles pass, and how long they wait"),
        personal_data="none",
        retention=_("Until one year after the pilot ends"),
        contact=_("The city's traffic office"),
    ),
    lessons=(
        KnownLesson(
            _("Adaptive signals at nine junctions, Pittsburgh, 2012"),
            _(
                "Travel time about 25 % and waiting 40 % shorter, before against after; no "
                "comparison corridor in the figures, and emissions were modelled."
            ),
            1,
            "The Link (CMU) and TribLIVE on Surtrac",
        ),
        KnownLesson(
            _("Parking priced by demand, San Francisco: seven pilot areas"),
            _(
                "Search time 43 % shorter. Later: little change in the pilot areas while the "
                "comparison areas got worse, which nobody would see without them."
            ),
            3,
            "SFMTA, 19 June 2014; Millard-Ball, Weinberger, Hampshire",
        ),
    ),
)

TRANSIT_APP = Playbook(
    code="transit-app",
    title=_("Transit app"),
    summary=_("Arrivals in real time, one ticket for all lines, and trips on demand."),
    problem_prompts=(
        _("Which trips do people not make, and why?"),
        _("What do people do who have no smartphone or no bank card?"),
    ),
    stop_rules=(
        _("Fewer people than planned use it after three months, and nobody can say why."),
        _("People without a smartphone wait longer than before."),
    ),
    indicators=(
        SuggestedIndicator(
            "boardings",
            _("People who board"),
            _("boardings per stop and day"),
            "up",
            5,
            "boarding count",
            _("Roll out line by line in an order drawn by lot: every line is a comparison first."),
        ),
        SuggestedIndicator(
            "waiting-time",
            _("Time that people wait at the stop"),
            _("minutes"),
            "down",
            2,
            "waiting time",
            _("Ask or count at the stop; the app's own users are not everybody."),
        ),
        SuggestedIndicator(
            "missed-trips",
            _("Trips not made for want of a ride"),
            _("% of those asked"),
            "down",
            5,
            "share of answers",
            _("Ask people who do not use the app too."),
        ),
    ),
    site_question=_("Is getting away from this stop better now?"),
    feedback_questions=(
        _("Did the bus come when the app said so?"),
        _("Could you pay the way you wanted to?"),
    ),
    concerns=(
        Concern(
            _("My movements are followed."),
            _("Keep trips without names, and say for how long."),
        ),
        Concern(
            _("My grandmother has no phone."),
            _("Keep the printed timetable, the call centre and cash."),
        ),
    ),
    not_forget=(
        _("People without a smartphone, data or bank card"),
        _("Night workers"),
        _("People who use a wheelchair or walk with a stick"),
        _("Bus drivers"),
        _("Newcomers who do not read the language"),
    ),
    disclosure=Disclosure(
        purpose=_("To find out whether arrivals in real time make waiting shorter."),
        technology=_("Display or beacon at the stop, and an app"),
        measured_data=_("How many people board, and when buses arrive"),
        personal_data="deidentified",
        retention=_("Until one year after the pilot ends"),
        contact=_("The transit authority's passenger service"),
    ),
    lessons=(
        KnownLesson(
            _("Bus arrivals in real time, New York, 2011–13, borough by borough"),
            _("About 118 more trips per route and weekday (1.7 %), most of it on big routes."),
            4,
            "Brakewood et al.; itskrs.its.dot.gov",
        ),
        KnownLesson(
            _("Rides on demand for pregnant women, Columbus: 143 of 500 planned took part"),
            _(
                "Satisfaction higher (83.8 % against 68.8 %). Care and early births: no evidence "
                "either way, the trial was too small."
            ),
            5,
            "Paediatr. Perinat. Epidemiol. 2023; 37(3): 201–211",
        ),
    ),
)
