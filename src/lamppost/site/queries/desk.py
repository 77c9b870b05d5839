"""The desk of a member: what needs them today, what came in, and what they can do here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lamppost.accounts.models import Membership
from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, OWN_ITEMS, DeskItem, NewsItem
from lamppost.accounts.roles import Right, Role
from lamppost.accounts.routes import address_of, may_open
from lamppost.engines.suppression import DEFAULT_THRESHOLD, release_count
from lamppost.pilots.models import Pilot
from lamppost.stakeholders.models import Stakeholder
from lamppost.stakeholders.queries import organisation_behind, organisation_of
from lamppost.vision.models import OrganisationView

from .first_steps import Step, covered, first_steps


@dataclass(frozen=True)
class Todo:
    """Something that needs somebody today, as the desk shows it.

    Attributes
    ----------
    title
        What to do, with how many wait.
    state
        ``late`` when the date is past, ``now`` when somebody waits for it, else empty.
    """

    title: str
    url: str
    due: dt.date | None
    state: str


@dataclass(frozen=True)
class News:
    """Something that came in; `count` is empty where the title says it."""

    title: str
    url: str
    count: str


@dataclass(frozen=True)
class Way:
    """Something that a member's role is here for."""

    title: str
    what: str
    url: str


@dataclass(frozen=True)
class Desk:
    """What a member sees first.

    Attributes
    ----------
    pressing
        What is late, what somebody waits for, and what has a date, in this order.
    calm
        What can be done when there is time, without what the first steps say.
    news
        What came in since the last press of "I have seen this".
    ways
        What the member's role is here for; for those who do not run the partnership.
    steps
        The first steps of a young partnership.
    unknown_speaker
        Whether the member speaks for an organisation that nobody has named yet.
    leads
        Names of those who can name it.
    """

    pressing: list[Todo]
    calm: list[Todo]
    news: list[News]
    ways: list[Way]
    steps: list[Step]
    unknown_speaker: bool = False
    leads: tuple[str, ...] = ()

    @property
    def late(self) -> int:
        return sum(todo.state == "late" for todo in self.pressing)


def desk(membership: Membership, rights: frozenset[Right]) -> Desk:
    """Return the desk of a member: only what their rights let them open."""
    partnership = membership.partnership
    today = timezone.localdate()
    answers = [*DESK_ITEMS.ask(partnership, rights), *OWN_ITEMS.ask(membership)]
    items = [item for answer in answers for item in answer if may_open(item.url, rights)]
    todos = sorted((_todo(item, today) for item in items), key=_urgency)
    steps = first_steps(partnership, rights)
    said = covered(partnership, steps)
    own = organisation_of(membership)
    unknown = Right.WRITE_VIEW in rights and own is None
    return Desk(
        pressing=[todo for todo in todos if todo.state or todo.due],
        calm=[t for t in todos if not t.state and not t.due and t.url not in said],
        news=_news(membership, rights),
        ways=_ways(membership, rights, own),
        steps=steps,
        unknown_speaker=unknown,
        leads=_leads(membership) if unknown else (),
    )


def _leads(membership: Membership) -> tuple[str, ...]:
    leads = Membership.objects.filter(partnership=membership.partnership, role=Role.LEAD)
    return tuple(str(lead.user) for lead in leads.select_related("user").order_by("joined_at"))


def _todo(item: DeskItem, today: dt.date) -> Todo:
    state = "now" if item.urgent else ""
    if item.due and item.due < today:
        state = "late"
    title = str(item.title)
    if item.count > 1 and not _says(title, item.count):
        title = _("%(what)s (%(count)s)") % {"what": title, "count": number_format(item.count)}
    return Todo(title, item.url, item.due, state)


def _urgency(todo: Todo) -> tuple[int, bool, dt.date]:
    """Late first, then what somebody waits for, then by date; without a date last."""
    return ["late", "now", ""].index(todo.state), todo.due is None, todo.due or dt.date.max


def _says(title: str, count: int) -> bool:
    """Say whether a stage has put the count into its title itself."""
    return str(count) in title or number_format(count) in title


def _news(membership: Membership, rights: frozenset[Right]) -> list[News]:
    items: list[NewsItem] = [
        item
        for answer in NEWS_ITEMS.ask(membership.partnership, membership.seen_at)
        for item in answer
        if item.count and may_open(item.url, rights) and _tells(item, rights)
    ]
    return [News(_news_title(item, rights), item.url, _how_many(item, rights)) for item in items]


def _exact(item: NewsItem, rights: frozenset[Right]) -> bool:
    return not item.exact_for or bool(item.exact_for & rights)


def _tells(item: NewsItem, rights: frozenset[Right]) -> bool:
    """Say whether there is something to read: what is not published yet is no news to all."""
    exact = _exact(item, rights) or item.released is None
    return exact or release_count(item.released or 0) is not None


def _news_title(item: NewsItem, rights: frozenset[Right]) -> str:
    return str((_exact(item, rights) and item.exact_title) or item.title)


def _how_many(item: NewsItem, rights: frozenset[Right]) -> str:
    if not _exact(item, rights):
        count = release_count(item.count if item.released is None else item.released)
        if count is None:
            return _("fewer than %(limit)s") % {"limit": number_format(DEFAULT_THRESHOLD)}
        return _("at least %(count)s") % {"count": number_format(count)}
    return "" if _says(str(item.title), item.count) else number_format(item.count)


def _views_written(own: Stakeholder | None) -> set[str]:
    """Return of what the member's organisation has said its view already."""
    views = OrganisationView.objects.filter(stakeholder=own) if own else ()
    return {view.subject for view in views}


def _ways(membership: Membership, rights: frozenset[Right], own: Stakeholder | None) -> list[Way]:
    """Return what a role that does not run the partnership is here for."""
    partnership, role = membership.partnership, membership.role
    if role in {Role.LEAD, Role.FACILITATOR}:
        return []
    slug = partnership.slug
    pilot = Pilot.objects.filter(partnership=partnership).order_by("-pk").first()
    number = pilot.pk if pilot else 0
    own = own or organisation_behind(membership)
    said = _views_written(own)
    ways = [
        Way(
            _("Enter paper and spoken answers"),
            _("What your members wrote or said counts like any other answer."),
            address_of("vision:paper", slug),
        ),
        Way(
            _("Change your view on the vision")
            if OrganisationView.Subject.VISION in said
            else _("Write your view on the vision"),
            _("Only you can write and change it."),
            address_of("vision:view_write", slug, "vision") if own else "",
        ),
        Way(
            _("Say how “%(pilot)s” should end") % {"pilot": pilot.title if pilot else ""},
            _("For your organisation. It stands beside the decision, for everybody to read."),
            address_of("pilots:ending_view", slug, number) if pilot and own else "",
        ),
        Way(
            _("Send readings"),
            _("From pilot and comparison sites alike, as a file."),
            address_of("sensing:import", slug, number) if pilot and not pilot.decided_on else "",
        ),
        Way(
            _("Read residents' feedback"),
            _("As it comes in, also what is not kind."),
            address_of("pilots:feedback", slug, number) if pilot else "",
        ),
        Way(
            _("See what changed, and how sure we are"),
            _("The estimate with its doubts and checks."),
            address_of("impact:pilot", slug, number) if pilot else "",
        ),
        Way(
            _("Open data and method"),
            _("The landscape of opinions, with its numbers."),
            address_of("vision:landscape", slug),
        ),
    ]
    return [way for way in ways if way.url and may_open(way.url, rights)]
