"""What vision tells the desk: its lamp, what needs somebody, what came in."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lamppost.accounts.models import Partnership
from lamppost.accounts.ports import DeskItem, NewsItem, StageStatus
from lamppost.accounts.roles import Right
from lamppost.stakeholders.models import Stakeholder

from .models import (
    Conversation,
    Goal,
    Landscape,
    LandscapeRequest,
    OrganisationView,
    Statement,
    Story,
    Vote,
)
from .queries.goals import GoalCounts, goal_counts
from .queries.kiosks import copied_kiosks
from .queries.vision import goals_changed, latest_vision, unanswered
from .queries.workshops import near_workshops
from .who_sees import RULES

# Who reads exact counts of what came in.
COUNTERS = frozenset(RULES["exact counts"])
STALE_AFTER = dt.timedelta(days=1)
WORKSHOP_DAYS = 14


def stage_status(partnership: Partnership) -> StageStatus:
    """Lit when a goal is agreed and says how it is measured."""
    counts = goal_counts(partnership)
    return StageStatus(
        code="vision",
        title=gettext_lazy("Vision"),
        url=reverse("vision:conversations", args=[partnership.slug]),
        lit=counts.agreed_and_measured > 0,
        note=_note(partnership, counts),
    )


def _note(partnership: Partnership, counts: GoalCounts) -> str:
    if counts.agreed_and_measured:
        return ngettext(
            "%(count)d goal agreed and measured",
            "%(count)d goals agreed and measured",
            counts.agreed_and_measured,
        ) % {"count": counts.agreed_and_measured}
    if counts.agreed:
        return _("agreed, but nothing is measured yet")
    if counts.goals:
        return _("goals proposed, none agreed yet")
    if Conversation.objects.filter(partnership=partnership).exists():
        return _("a question is asked, no goal yet")
    return _("no question asked yet")


def desk_items(partnership: Partnership, rights: frozenset[Right]) -> list[DeskItem]:
    """Ask, look at the landscape, write and measure goals, hold workshops, publish the vision."""
    if Right.EDIT_VISION not in rights:
        return []
    later = [*_workshops(partnership), *_vision(partnership)]
    if not Conversation.objects.filter(partnership=partnership).exists():
        address = reverse("vision:conversations", args=[partnership.slug])
        return [DeskItem(_("Ask residents the first open question"), address), *later]
    return [*_copied(partnership), *_stale(partnership), *_goals(partnership), *later]


def _copied(partnership: Partnership) -> list[DeskItem]:
    """Running kiosks whose address was used over several networks: perhaps it was copied."""
    title = _("Look at this kiosk, used over several networks: %(place)s")
    return [
        DeskItem(
            title % {"place": one.place},
            reverse("vision:kiosks", args=[partnership.slug, one.conversation.code]),
            urgent=True,
        )
        for one in copied_kiosks(partnership)
    ]


def _workshops(partnership: Partnership) -> list[DeskItem]:
    """Workshops of the next two weeks, and those of the last two without an outcome."""
    items = []
    soon, late = near_workshops(partnership, WORKSHOP_DAYS)
    for one in soon:
        address = reverse("vision:workshop", args=[partnership.slug, one.pk])
        title = _("Prepare the workshop: %(title)s") % {"title": one.title}
        items.append(DeskItem(title, address, due=one.held_on))
    for one in late:
        address = reverse("vision:agreement_add", args=[partnership.slug, one.pk])
        title = _("Write down what was agreed at: %(title)s") % {"title": one.title}
        items.append(DeskItem(title, address))
    return items


def _vision(partnership: Partnership) -> list[DeskItem]:
    """The text that is not published yet, goals that changed since, objections to answer."""
    place, items = [partnership.slug], []
    last = latest_vision(partnership)
    if last is None:
        if Goal.objects.filter(partnership=partnership, agreed_on__isnull=False).exists():
            address = reverse("vision:vision_edit", args=place)
            items.append(DeskItem(_("Write and publish the vision: goals are agreed"), address))
    elif goals_changed(partnership, last):
        address = reverse("vision:vision_publish", args=place)
        items.append(DeskItem(_("Publish the vision again: goals changed"), address))
    if count := unanswered(partnership):
        title = ngettext(
            "Answer %(count)d objection to the vision",
            "Answer the objections to the vision: %(count)d",
            count,
        ) % {"count": count}
        items.append(DeskItem(title, reverse("vision:objections", args=place), count=count))
    return items


def _stale(partnership: Partnership) -> list[DeskItem]:
    """Open questions whose landscape is more than a day behind their votes."""
    now = timezone.now()
    stored = Landscape.objects.filter(conversation=OuterRef("pk")).order_by("-computed_at")
    votes = Vote.objects.filter(statement__conversation=OuterRef("pk"))
    newer = votes.filter(cast_at__gt=OuterRef("counted_at"))
    behind = (
        Conversation.objects.filter(partnership=partnership)
        .filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now - dt.timedelta(days=7)))
        .exclude(Exists(LandscapeRequest.objects.filter(conversation=OuterRef("pk"))))
        .annotate(counted_at=Subquery(stored.values("computed_at")[:1]))
        .filter(
            Q(Exists(votes), counted_at__isnull=True)
            | Q(Exists(newer), counted_at__lt=now - STALE_AFTER)
        )
    )
    title = _("Bring the landscape up to date: new votes came in")
    return [
        DeskItem(title, reverse("vision:landscape", args=[partnership.slug, one.code]))
        for one in behind
    ]


def _goals(partnership: Partnership) -> list[DeskItem]:
    address = reverse("vision:goals", args=[partnership.slug])
    goals = list(
        Goal.objects.filter(partnership=partnership).annotate(measures=Count("indicators"))
    )
    if not goals:
        computed = Landscape.objects.filter(conversation__partnership=partnership).exists()
        title = _("Write the first goal from what all groups agree on")
        return [DeskItem(title, reverse("vision:goal_add", args=[partnership.slug]))] * computed
    items = []
    if count := sum(goal.agreed_on is None for goal in goals):
        items.append(DeskItem(_("Agree on the proposed goals"), address, count=count))
    items += [
        DeskItem(
            _("Say how this goal is measured: %(goal)s") % {"goal": goal.title},
            reverse("vision:indicator_add", args=[partnership.slug, goal.pk]),
        )
        for goal in goals
        if not goal.measures
    ]
    return items


def goes_with(stakeholder: Stakeholder) -> list[str]:
    """What is deleted with an organisation: what it says of the vision and of the decision."""
    subjects = set(
        OrganisationView.objects.filter(stakeholder=stakeholder).values_list("subject", flat=True)
    )
    said = {
        OrganisationView.Subject.VISION: _("What it says of the vision is deleted too."),
        OrganisationView.Subject.DECISION: _("What it says of the decision is deleted too."),
    }
    return [sentence for subject, sentence in said.items() if subject in subjects]


def news_items(partnership: Partnership, since: dt.datetime | None) -> list[NewsItem]:
    """How many votes, statements and stories came in since that moment.

    Whoever does not run the questions reads of votes only once a landscape has counted them, as
    everybody does: news that comes with a press would tell whose it was.
    """
    votes = Vote.objects.filter(statement__conversation__partnership=partnership)
    statements = Statement.objects.filter(conversation__partnership=partnership, is_seed=False)
    stories = Story.objects.filter(voice__partnership=partnership)
    if since is not None:
        votes = votes.filter(cast_at__gt=since)
        statements = statements.filter(voice__said_at__gt=since)
        stories = stories.filter(voice__said_at__gt=since)
    address = reverse("vision:conversations", args=[partnership.slug])
    (voted, released), said, told = _voted(votes), statements.count(), stories.count()
    heard = reverse("vision:stories", args=[partnership.slug])
    counted = (
        (_("New votes"), ngettext("New vote", "New votes", voted), voted, address, released),
        (_("New statements"), ngettext("New statement", "New statements", said), said, address),
        (_("New stories"), ngettext("New story", "New stories", told), told, heard),
    )
    return [
        NewsItem(title, url, count, COUNTERS, exact_title, *of_everybody)
        for title, exact_title, count, url, *of_everybody in counted
        if count
    ]


def _voted(votes: QuerySet[Vote]) -> tuple[int, int]:
    """How many votes there are, and how many of them their question's newest landscape counted."""
    of_question = Landscape.objects.filter(conversation=OuterRef("statement__conversation"))
    newest = of_question.order_by("-computed_at").values("computed_at")[:1]
    found = votes.annotate(counted_at=Subquery(newest)).aggregate(
        voted=Count("pk"), counted=Count("pk", filter=Q(cast_at__lte=F("counted_at")))
    )
    return found["voted"], found["counted"]
