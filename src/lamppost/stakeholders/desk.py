"""What stakeholders tells the desk: its lamp, what needs somebody, what came in."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right

from . import actions, queries
from .models import Stakeholder, Target


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when every group has somebody who takes part, or a reason why not."""
    open_groups = queries.empty_groups_without_reason(partnership)
    note = ""
    if open_groups:
        note = ngettext(
            "%(count)d group is missing", "%(count)d groups are missing", len(open_groups)
        ) % {"count": len(open_groups)}
    return StageStatus(
        code="stakeholders",
        title=gettext_lazy("Stakeholders"),
        url=reverse("stakeholders:list", args=[partnership.slug]),
        lit=not open_groups,
        note=note,
    )


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Who has to be listed, asked, or explained."""
    if Right.EDIT_STAKEHOLDERS not in rights:
        return []
    place = [partnership.slug]
    counts = queries.status_counts(partnership)
    if not counts.everybody:
        return [
            DeskItem(
                _("List who has a stake in the problem"), reverse("stakeholders:add", args=place)
            )
        ]
    items = _missing_groups(partnership) + _speakers(partnership)
    if not Target.objects.filter(partnership=partnership).exists():
        items.append(
            DeskItem(
                _("Say how many of each group should take part"),
                reverse("stakeholders:targets", args=place),
            )
        )
    not_asked = counts.everybody - counts.taking_part - counts.invited - counts.left
    if not_asked:
        address = reverse("stakeholders:list", args=place)
        items.append(
            DeskItem(
                _("Ask those who are in the list and were not asked yet"),
                f"{address}?status={Stakeholder.Status.KNOWN}",
                count=not_asked,
            )
        )
    return items


def _missing_groups(partnership: Partnership) -> list[DeskItem]:
    address = reverse("stakeholders:missing", args=[partnership.slug])
    return [
        DeskItem(
            _("Reach somebody of this group, or say why you go on without: %(group)s")
            % {"group": group.label},
            f"{address}#{group.value}",
        )
        for group in queries.empty_groups_without_reason(partnership)
    ]


def _speakers(partnership: Partnership) -> list[DeskItem]:
    return [
        DeskItem(
            _("Say which organisation %(name)s speaks for") % {"name": person.name},
            reverse("stakeholders:edit", args=[partnership.slug, person.pk]),
            urgent=True,
        )
        for person in queries.speakers_without_organisation(partnership)
    ]


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """How many stakeholders were added since that moment."""
    added = Stakeholder.objects.filter(partnership=partnership)
    if since is not None:
        added = added.filter(created_at__gt=since)
    count = added.count()
    if not count:
        return []
    address = reverse("stakeholders:list", args=[partnership.slug])
    title = ngettext("New stakeholder", "New stakeholders", count)
    return [NewsItem(title, f"{address}?sort=newest", count)]


def member_joined(partnership: Partnership, membership_id: int, group: str) -> None:
    """Make a new member a stakeholder."""
    actions.add_member(partnership=partnership, membership_id=membership_id, group=group)
