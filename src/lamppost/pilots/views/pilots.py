"""The pilot's page for everybody, and its page for those who work on it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import partnership_page, requires
from lamppost.accounts.roles import Right
from lamppost.stakeholders.models import Stakeholder
from lamppost.stakeholders.queries import organisation_behind

from .. import queries
from ..charts import feedback_charts, live_chart, pulse_charts
from ..models import EndingView, Pilot
from ..playbooks import playbook_of
from ..queries.alerts import open_alerts
from ..queries.commitments import changes_of
from ..queries.outcome import groups_say, takes_views
from ..queries.pilots import register_over_since
from ..queries.pulse import public_turnouts, pulse_results
from ..queries.selected import selection_facts
from ..queries.site_question import site_question
from ..queries.told import current_notice, down_by
from .common import may, pilot_of, ways_open, who_passes


@partnership_page
@require_GET
def pilot_page(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    said = queries.public_feedback(found)
    sites = queries.sites_by_arm(found)
    context = {
        "pilot": found,
        "state": queries.state_of(found),
        "told": current_notice(found),
        "down_by": down_by(found),
        "gates": queries.gate_lines(found, with_obstacles=False),
        "sites": sites,
        "settled": queries.arms_settled(found, sites),
        "indicators": found.pilot_indicators.select_related("indicator__goal"),
        "facts": queries.disclosure_facts(sites[0]).shown if sites else [],
        "said": said,
        "charts": feedback_charts(said),
        "pulse": _pulse(found),
        "words": queries.public_words(found),
        "changes": changes_of(found),
        "decision": getattr(found, "decision", None),
        "selected": selection_facts(found),
        "groups_say": groups_say(found) if found.decided_on else (),
        "may_work": may(request, Right.VIEW_DESK),
    }
    return render(request, "pilots/pilot.html", context)


@requires(Right.VIEW_DESK)
@require_GET
def work(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    found = pilot_of(partnership, pilot)
    sites = queries.sites_by_arm(found)
    context = {
        "pilot": found,
        "state": queries.state_of(found),
        "gates": [
            replace(line, obstacles=tuple(ways_open(request, line.obstacles)))
            for line in queries.gate_lines(found, by=who_passes(request))
        ],
        "next": queries.next_gate(found),
        "decision_is_far": queries.decision_is_far(found),
        "register_over": register_over_since(found),
        "sites": sites,
        "settled": queries.arms_settled(found, sites),
        "indicators": found.pilot_indicators.select_related("indicator"),
        "changes": changes_of(found),
        "decision": getattr(found, "decision", None),
        "notices": found.notices.all()[:5],
        "groups_say": groups_say(found) if found.decided_on else (),
        "playbook": playbook_of(found.playbook),
        "may_edit": may(request, Right.EDIT_PILOTS),
        "may_sign": may(request, Right.PASS_GATES),
        "may_enter": may(request, Right.ENTER_PAPER),
        "alerts": open_alerts(found) if may(request, Right.MODERATE) else [],
    }
    if may(request, Right.SAY_ENDING):
        context |= _own_view(found, organisation_behind(getattr(request, "membership", None)))
    if may(request, Right.VIEW_FEEDBACK):
        shares = queries.live_shares(found, queries.FeedbackFilters())
        context |= {
            "shares": shares,
            "chart": live_chart(shares, asked=site_question(found).text),
            "unanswered": queries.unanswered_count(found),
        }
    return render(request, "pilots/work.html", context)


def _own_view(pilot: Pilot, own: Stakeholder | None) -> dict[str, object]:
    """Return what the member's organisation says of the ending: an empty one while nothing."""
    said = pilot.ending_views.filter(stakeholder=own).first() if own else None
    is_open = takes_views(pilot)
    return {"takes_views": is_open, "own_view": said or (EndingView() if is_open else None)}


def _pulse(pilot: Pilot) -> dict[str, object]:
    """Return what everybody may see of the pulse."""
    results = pulse_results(pilot)
    return {
        "results": results,
        "charts": pulse_charts(results),
        "turnout": public_turnouts(pilot, results) if results else [],
    }
