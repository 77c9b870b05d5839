"""What anybody may know of a partnership, composed of what the stages show."""

from __future__ import annotations

from dataclasses import dataclass

from lamppost.accounts.models import Partnership
from lamppost.accounts.routes import address_of
from lamppost.lessons.models import Lesson
from lamppost.pilots.models import Change, Decision, Site
from lamppost.vision.models import Conversation, OrganisationView
from lamppost.vision.phases import Phase, phase

FEW = 6
FEW_VIEWS = 3


@dataclass(frozen=True)
class PublicPage:
    """What anybody may know of a partnership.

    Attributes
    ----------
    conversations
        Open questions, each with the address of its vote.
    sites
        The first sites, pilot sites before comparison sites, each with its address; `site_count`
        has all. Before a pilot's disclosure its sites are not public.
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

    @property
    def first_views(self) -> list[OrganisationView]:
        return self.views[:FEW_VIEWS]

    @property
    def more_views(self) -> list[OrganisationView]:
        return self.views[FEW_VIEWS:]


def open_conversations(partnership: Partnership) -> list[Conversation]:
    """Return the questions that residents can answer now."""
    asked = Conversation.objects.filter(partnership=partnership)
    return [conversation for conversation in asked if phase(conversation) is Phase.OPEN]


def asked_now(partnership: Partnership) -> list[tuple[Conversation, str]]:
    """Return the open questions, each with the address of its vote."""
    return [(asked, address_of("vote", asked.code)) for asked in open_conversations(partnership)]


def story_url(partnership: Partnership) -> str:
    """Return the address of the story of change."""
    return address_of("story:page", partnership.slug)


def public_page(partnership: Partnership) -> PublicPage:
    """Return what the public page of a partnership shows."""
    sites = Site.objects.filter(
        pilot__partnership=partnership, pilot__disclosure_on__isnull=False
    ).order_by("-arm", "name", "pk")
    lessons = Lesson.objects.filter(
        pilot__partnership=partnership, published_at__isnull=False
    ).select_related("pilot")
    return PublicPage(
        conversations=asked_now(partnership),
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
        story_url=story_url(partnership),
    )
