"""Who is missing, how many there should be, and why the partnership goes on."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, person, requires
from lamppost.accounts.roles import Right
from lamppost.charts import Chart, TargetRow, TargetWords, bars_against_target

from .. import actions, queries
from ..forms import ReasonForm, TargetsForm
from ..models import Group
from ..queries import Gap
from . import tabs


@requires(Right.VIEW_STAKEHOLDERS)
@require_safe
def gaps(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    found = queries.gaps(partnership)
    below = [gap for gap in (*found.groups, *found.neighbourhoods) if _is_below(gap)]
    context = {
        "tabs": tabs(partnership, "missing"),
        "gaps": found,
        "below": below,
        "empty_groups": [gap for gap in found.groups if not gap.taking_part],
        "group_chart": gap_chart(found.groups, "groups", _("By group")),
        "neighbourhood_chart": gap_chart(
            found.neighbourhoods, "neighbourhoods", _("By neighbourhood")
        ),
    }
    return render(request, "stakeholders/missing.html", context)


def _is_below(gap: Gap) -> bool:
    """Below its target; an empty group without a target is told by itself."""
    return gap.target is not None and gap.taking_part < gap.target


def _share_missing(gap: Gap) -> tuple[float, int]:
    return (gap.missing / gap.target if gap.target else 0.0, gap.missing)


def gap_chart(rows: tuple[Gap, ...], chart_id: str, title: str) -> Chart:
    """Draw who takes part against the targets; the description names the largest gap."""
    below = sorted(filter(_is_below, rows), key=_share_missing, reverse=True)
    description = _("No target is missed.")
    if not any(gap.target is not None for gap in rows):
        description = _("How many take part. There are no targets yet.")
    elif below:
        description = _("Furthest from its target: %(who)s, %(value)d of %(target)d.") % {
            "who": below[0].label,
            "value": below[0].taking_part,
            "target": below[0].target or 0,
        }
    return bars_against_target(
        [TargetRow(gap.label, gap.taking_part, gap.target) for gap in rows],
        words=TargetWords(
            row=_("Who"),
            value=_("Taking part"),
            target=_("Target"),
            gap=_("Missing"),
            summary=_("{value} of {target}"),
        ),
        chart_id=chart_id,
        title=title,
        description=description,
        direction="rtl" if get_language_bidi() else "ltr",
        format_number=lambda number: number_format(number, 0),
    )


@requires(Right.EDIT_STAKEHOLDERS)
def targets(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = TargetsForm(request.POST or None, targets=queries.targets_of(partnership))
    back = reverse("stakeholders:missing", args=[partnership.slug])
    if request.method == "POST" and form.is_valid():
        actions.set_targets(partnership=partnership, by=person(request), counts=form.counts())
        messages.success(request, _("The targets are saved."))
        return redirect(back)
    return render(request, "stakeholders/targets.html", {"form": form, "back": back})


@requires(Right.EDIT_STAKEHOLDERS)
def reason(request: PartnershipRequest, partnership: Partnership, group: str) -> HttpResponse:
    if group not in Group.values:
        raise Http404
    gap = next(gap for gap in queries.gaps(partnership).groups if gap.value == group)
    back = reverse("stakeholders:missing", args=[partnership.slug])
    if gap.taking_part:
        return redirect(back)
    given = {"reason": gap.reason.reason} if gap.reason else None
    form = ReasonForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.continue_without_group(
            partnership=partnership, by=person(request), group=group, **form.cleaned_data
        )
        messages.success(request, _("The reason is written down, with your name."))
        return redirect(back)
    return render(request, "stakeholders/reason.html", {"form": form, "gap": gap, "back": back})
