"""Reads that compose several stages: the list of partnerships, the public page, the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.context import lamp
from lamppost.accounts.models import Membership, Partnership
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS, DeskItem, NewsItem
from lamppost.accounts.queries import group_lines
from lamppost.accounts.roles import Right, Role
from lamppost.accounts.routes import address_of, may_open
from lamppost.lessons.models import Lesson
from lamppost.pilots.models import Change, Decision, Site
from lamppost.vision.models import Conversation, OrganisationView
from lamppost.vision.phases import Phase, phase

PARTNERSHIPS_ON_A_PAGE = 10
FEW = 6
DOOR_ROLES = (Role.LEAD, Role.ORGANISATION, Role.COMPANY)


# The first page ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartnershipLine:
    """A partnership as the list on the first page shows it."""

    partnership: Partnership
    stages: list[dict[str, object]]


def partnerships_page(number: str | int) -> Page[PartnershipLine]:
    """Return one page of the partnerships of this instance, with their lamps."""
    paginator = Paginator(Partnership.objects.order_by("name", "pk"), PARTNERSHIPS_ON_A_PAGE)
    page = paginator.get_page(number)
    lines = [PartnershipLine(found, stages_of(found)) for found in page.object_list]
    return Page(lines, page.number, paginator)  # type: ignore[arg-type]


def public_lamps(partnership: Partnership, rights: frozenset[Right]) -> list[dict[str, object]]:
    """Return the six lamps with their notes; a lamp leads only where the reader may go."""
    lamps = stages_of(partnership)
    for each in lamps:
        if not may_open(str(each["url"]), rights):
            each["url"] = ""
    return lamps


def stages_of(partnership: Partnership) -> list[dict[str, object]]:
    """Return the six lamps of a partnership."""
    return [lamp(status, "") for status in STAGE_STATUS.ask(partnership)]


# The demo's doors ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """A one-press door of the demo."""

    role: str
    title: str
    what: str


def demo_doors() -> list[Door]:
    """Return the doors of the demo, in the order in which they stand."""
    return [
        Door("lead", _("Partnership lead"), _("See what needs you today, and run the six stages.")),
        Door(
            "resident",
            _("Resident"),
            _("Answer a question in half a minute. No account, as from the QR code."),
        ),
        Door(
            "organisation",
            _("Community organisation"),
            _("Enter paper and spoken input, write your own view."),
        ),
        Door("company", _("Technology company"), _("Send readings, read honest feedback early.")),
        Door(
            "own",
            _("Start your own"),
            _("Name a problem, invite people, print a QR code. In ten minutes."),
        ),
    ]


def demo_member(role: str) -> Membership | None:
    """Return somebody who has this role in the made-up town."""
    return (
        Membership.objects.select_related("user", "partnership")
        .filter(partnership__made_up=True, role=role)
        .order_by("pk")
        .first()
    )


def demo_vote_url() -> str:
    """Return where a resident of the made-up town votes, or its public page, or nothing."""
    made_up = Partnership.objects.filter(made_up=True).order_by("pk").first()
    if made_up is None:
        return ""
    asked = open_conversations(made_up)
    return (address_of("vote", asked[0].code) if asked else "") or made_up.get_absolute_url()


# The public page of a partnership ------------------------------------------------------------


@dataclass(frozen=True)
class PublicPage:
    """What anybody may know of a partnership.

    Attributes
    ----------
    conversations
        Open questions, each with the address of its vote.
    sites
        The first pilot and comparison sites, each with its address; `site_count` has all.
    changes
        The last changes that were made because of feedback.
    decisions
        How pilots ended.
    lessons
        Published lessons, each with its address.
    views
        What organisations themselves say.
    story_url
        The story of change.
    """

    conversations: list[tuple[Conversation, str]]
    sites: list[tuple[Site, str]]
    site_count: int
    changes: list[Change]
    decisions: list[Decision]
    lessons: list[tuple[Lesson, str]]
    views: list[OrganisationView]
    story_url: str


def open_conversations(partnership: Partnership) -> list[Conversation]:
    """Return the questions that residents can answer now."""
    asked = Conversation.objects.filter(partnership=partnership)
    return [conversation for conversation in asked if phase(conversation) is Phase.OPEN]


def public_page(partnership: Partnership) -> PublicPage:
    """Return what the public page of a partnership shows."""
    sites = Site.objects.filter(pilot__partnership=partnership)
    lessons = Lesson.objects.filter(
        pilot__partnership=partnership, published_at__isnull=False
    ).select_related("pilot")
    return PublicPage(
        conversations=[
            (asked, address_of("vote", asked.code)) for asked in open_conversations(partnership)
        ],
        sites=[(site, address_of("site", site.code)) for site in sites[:FEW]],
        site_count=sites.count(),
        changes=list(
            Change.objects.filter(pilot__partnership=partnership).order_by("-changed_on")[:3]
        ),
        decisions=list(
            Decision.objects.filter(pilot__partnership=partnership).select_related("pilot")
        ),
        lessons=[(lesson, address_of("lesson", lesson.public_id)) for lesson in lessons],
        views=list(
            OrganisationView.objects.filter(partnership=partnership).select_related("stakeholder")
        ),
        story_url=address_of("story:page", partnership.slug),
    )


# The desk ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Todo:
    """Something that needs somebody today, as the desk shows it.

    Attributes
    ----------
    state
        ``late`` when the date is past, ``now`` when somebody waits for it, else empty.
    """

    item: DeskItem
    state: str


@dataclass(frozen=True)
class Step:
    """One of the first steps of a partnership; `state` is ``lit``, ``now`` or ``unlit``."""

    title: str
    why: str
    url: str
    action: str
    state: str


@dataclass(frozen=True)
class Desk:
    """What needs this member today, what came in, and the first steps of a young partnership.

    Attributes
    ----------
    covered
        Addresses that the first steps lead to; what waits there is not listed once more.
    """

    todos: list[Todo]
    news: list[NewsItem]
    steps: list[Step] = field(default_factory=list)
    covered: frozenset[str] = frozenset()

    @property
    def late(self) -> int:
        return sum(todo.state == "late" for todo in self.todos)

    @property
    def pressing(self) -> list[Todo]:
        """What is late, urgent or has a date."""
        return [todo for todo in self.todos if todo.state or todo.item.due]

    @property
    def calm(self) -> list[Todo]:
        """The rest, without what the first steps say already."""
        return [
            todo
            for todo in self.todos
            if not todo.state and not todo.item.due and todo.item.url not in self.covered
        ]


def desk(membership: Membership, rights: frozenset[Right]) -> Desk:
    """Return the desk of a member: only what their rights let them open."""
    partnership = membership.partnership
    today = timezone.localdate()
    todos = [
        Todo(item, _state(item, today))
        for items in DESK_ITEMS.ask(partnership, rights)
        for item in items
        if may_open(item.url, rights)
    ]
    news = [
        item
        for items in NEWS_ITEMS.ask(partnership, membership.seen_at)
        for item in items
        if item.count and may_open(item.url, rights)
    ]
    steps = _first_steps(partnership, rights)
    return Desk(sorted(todos, key=_urgency), news, steps, _covered(partnership, steps))


def _covered(partnership: Partnership, steps: list[Step]) -> frozenset[str]:
    """Return the addresses that the first steps lead to, so that nothing is asked for twice."""
    if not steps:
        return frozenset()
    slug = partnership.slug
    lists = {address_of("vision:conversations", slug), address_of("pilots:list", slug)}
    return frozenset(lists | {step.url for step in steps})


def _state(item: DeskItem, today: dt.date) -> str:
    if item.due and item.due < today:
        return "late"
    return "now" if item.urgent else ""


def _urgency(todo: Todo) -> tuple[int, int, dt.date]:
    """Late first, then what somebody waits for, then by date; without a date last."""
    return (
        ["late", "now", ""].index(todo.state),
        todo.item.due is None,
        todo.item.due or dt.date.max,
    )


def _first_steps(partnership: Partnership, rights: frozenset[Right]) -> list[Step]:
    """Return the first steps until a question is asked and a pilot is planned."""
    done = _done(partnership)
    if done["question"] and done["pilot"]:
        return []
    slug = partnership.slug
    asked = Conversation.objects.filter(partnership=partnership).first()
    drafts = [
        (
            "people",
            _("Invite one person of each group"),
            _("Five groups, five mails. Whoever was never asked is why pilots fail."),
            address_of("accounts:invite", slug),
            _("Invite somebody"),
        ),
        (
            "question",
            _("Ask residents a question"),
            _("They answer in half a minute, on their phone, without an account."),
            address_of("vision:ask", slug),
            _("Ask a question"),
        ),
        (
            "sheet",
            _("Hang up the QR code"),
            _("One sheet of paper, to print and to hang where the problem is."),
            address_of("vision:sheet", slug, asked.code) if asked else "",
            _("Print the sheet"),
        ),
        (
            "pilot",
            _("Plan a pilot"),
            _("One technology, some sites, and sites to compare with."),
            address_of("pilots:new", slug),
            _("Plan a pilot"),
        ),
    ]
    return _with_states(drafts, done, rights)


def _done(partnership: Partnership) -> Mapping[str, bool]:
    question = Conversation.objects.filter(partnership=partnership).exists()
    return {
        "people": all(line.asked for line in group_lines(partnership)),
        "question": question,
        # Nobody tells us that a sheet hangs: somebody who voted has seen it.
        "sheet": partnership.participants.exists(),
        "pilot": partnership.pilots.exists(),
    }


def _with_states(
    drafts: list[tuple[str, str, str, str, str]],
    done: Mapping[str, bool],
    rights: frozenset[Right],
) -> list[Step]:
    steps: list[Step] = []
    next_found = False
    for code, title, why, url, action in drafts:
        state = "lit" if done[code] else "unlit" if next_found else "now"
        next_found = next_found or state == "now"
        usable = url if url and may_open(url, rights) else ""
        steps.append(Step(title, why, usable, action, state))
    return steps
