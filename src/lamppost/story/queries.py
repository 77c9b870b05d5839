"""Reads of story: the story of a partnership as it stands, from what is stored."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lamppost.accounts.models import Partnership
from lamppost.lessons.models import Lesson

from .compose import compose
from .database import DatabaseSource
from .parts.material import Material
from .publish import Publisher
from .records import Story
from .schema import resources_in

# Too large for a page, and said of in what is stored: landscapes and estimates.
TOO_LARGE = {"votes", "observations"}
# Of these the story says nothing: each would cost a page a query or more.
NOT_TOLD = {
    "agreement_statements",
    "agreements",
    "areas",
    "bids",
    "calls",
    "characteristic_counts",
    "clauses",
    "commitments",
    "conversation_translations",
    "declarations",
    "ending_views",
    "fix_counts",
    "gate_uses",
    "group_views",
    "media",
    "notices",
    "objections",
    "past_calls",
    "past_draws",
    "past_gates",
    "pilot_indicators",
    "plan",
    "population_shares",
    "pulse_counts",
    "pulse_questions",
    "pulse_rounds",
    "register_entries",
    "specification",
    "themes",
    "statement_edits",
    "statement_translations",
    "stories",
    "visions",
    "workshops",
}
NOT_READ = TOO_LARGE | NOT_TOLD


def story_of(partnership: Partnership, *, root: str = "") -> Story:
    """Return the story of a partnership, in the active language.

    Parameters
    ----------
    root
        Put before every address of a live page: the instance's own, for a file that leaves it.

    Notes
    -----
    Nothing is computed here: opinion groups and estimates are those that were stored last.
    """
    return compose(material_of(partnership, root=root))


def material_of(partnership: Partnership, *, root: str = "") -> Material:
    """Return what the story of a partnership is made from: public rows alone."""
    source = DatabaseSource(partnership, private=False)
    public = Publisher(source)
    tables = {
        resource.name: list(public.rows(resource.name))
        for resource in resources_in("public")
        if resource.name not in NOT_READ
    }
    return Material(
        tables=tables,
        edition=timezone.localdate(),
        origin=_("Made from the record of this partnership on %(site)s.")
        % {"site": settings.LAMPPOST_URL.split("://", 1)[-1]},
        pages=_pages(partnership, source, root),
    )


def _pages(partnership: Partnership, source: DatabaseSource, root: str) -> Mapping[str, str]:
    """Return the live page behind each entry of the appendix."""
    slug = partnership.slug
    pages = {
        "evidence-goals": _url("vision:goals", slug),
    }
    codes = source.queryset("conversations").values_list("pk", "code")
    for place, (_key, code) in enumerate(codes, start=1):
        page = _url("vision:landscape", slug, code)
        pages[f"evidence-votes-{place}"] = page
        pages[f"evidence-unusual-{place}"] = f"{page}#trust" if page else ""
    for key, identity in source.ids("pilots").items():
        page = _url("pilots:pilot", slug, key)
        pages[f"evidence-pilot-{identity}"] = page
        for part, spot in (("course", "gates"), ("feedback", "said"), ("decision", "decision")):
            pages[f"evidence-{part}-{identity}"] = f"{page}#{spot}"
        pages[f"evidence-sites-{identity}"] = _url("pilots:sites", slug, key)
        pages[f"evidence-estimate-{identity}"] = _url("impact:pilot", slug, key)
    lessons = Lesson.objects.filter(pilot__partnership=partnership, published_at__isnull=False)
    pilots = source.ids("pilots")
    for key, public_id in lessons.values_list("pilot", "public_id"):
        pages[f"evidence-lesson-{pilots[key]}"] = _url("lesson", public_id)
    return {anchor: f"{root}{url}" for anchor, url in pages.items() if url}


def _url(name: str, *arguments: object) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
