"""Every page of the site, with addresses that exist in a loaded demo town.

Generic tests run over this list, so that a page that is added later inherits them. A new route
with a part that nobody knows here fails with the name of the part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lamppost.accounts.models import Partnership
from lamppost.base.permissions import Access


@dataclass(frozen=True)
class Route:
    """One entry of the URL map.

    Attributes
    ----------
    name
        With its namespace, as `reverse` takes it.
    parts
        Names of the parts of its address.
    access
        Who may use it; None when nobody said so.
    """

    name: str
    parts: tuple[str, ...]
    access: Access | None

    @property
    def of_partnership(self) -> bool:
        return "partnership" in self.parts


def routes() -> list[Route]:
    """Return every route in the order of the URL map."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[Any], space: str, parts: tuple[str, ...]) -> Iterator[Route]:
    from lamppost.accounts.routes import access_of_pattern

    for pattern in patterns:
        known = (*parts, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, known)
        elif isinstance(pattern, URLPattern):
            name = pattern.name or re.sub(r"\W+", "_", str(pattern.pattern))
            yield Route(space + name, known, access_of_pattern(pattern))


def values(partnership: Partnership) -> dict[str, Callable[[], Any]]:
    """Return how to find each part of an address: ``namespace:part``, or ``part`` for all."""
    conversation = partnership.conversations.order_by("pk").first
    pilot = partnership.pilots.order_by("pk").first
    voices = partnership.voices

    def site() -> Any:
        return pilot().sites.order_by("pk").first()

    def statement() -> Any:
        return conversation().statements.order_by("number").first()

    def goal() -> Any:
        return partnership.goals.order_by("pk").first()

    return {
        "partnership": lambda: partnership.slug,
        "accounts:member": lambda: partnership.memberships.order_by("pk").last().pk,
        "accounts:invitation": lambda: partnership.invitations.order_by("pk").first().pk,
        "voices:voice": lambda: voices.filter(state="waiting").order_by("pk").first().pk,
        "stakeholders:pk": lambda: partnership.stakeholders.order_by("pk").first().pk,
        "stakeholders:group": lambda: "company",
        "network:pk": lambda: partnership.meetings.order_by("pk").first().pk,
        "network:meeting": lambda: partnership.meetings.order_by("pk").first().pk,
        "conversation": lambda: conversation().pk,
        "statement": lambda: statement().pk,
        "goal": lambda: goal().pk,
        "indicator": lambda: goal().indicators.order_by("pk").first().pk,
        "vision:code": lambda: conversation().code,
        "vote:code": lambda: conversation().code,
        "pilot": lambda: pilot().pk,
        "site": lambda: site().pk,
        "site:code": lambda: site().code,
        "feedback": lambda: site().feedback.order_by("pk").first().pk,
        "change": lambda: pilot().changes.order_by("pk").first().pk,
        "gate": lambda: "disclosure",
        "playbook": lambda: "smart-street-lighting",
        "kind": lambda: "disclosure",
        "lesson": lambda: pilot().lesson.pk,
        "public_id": lambda: pilot().lesson.public_id,
    }


def address(route: Route, found: dict[str, Callable[[], Any]]) -> str:
    """Return an address of `route` that exists.

    Raises
    ------
    LookupError
        For a part that `values` does not know.
    """
    space = route.name.split(":")[0].split("_")[0]
    kwargs = {}
    for part in route.parts:
        known = found.get(f"{space}:{part}") or found.get(part)
        if known is None:
            raise LookupError(f"{route.name}: tests/pages.py does not know the part {part!r}")
        kwargs[part] = known()
    return reverse(route.name, kwargs=kwargs)


def main() -> None:
    """Print every address of the demo town in this home as JSON, for the browser tests."""
    partnership = Partnership.objects.get(made_up=True)
    found = values(partnership)
    pages = []
    for route in routes():
        if route.access is None or route.name.startswith(OUTSIDE):
            continue
        pages.append(
            {
                "name": route.name,
                "url": address(route, found),
                "kind": route.access.kind,
                "right": route.access.right,
            }
        )
    print(json.dumps(pages))


# Third parties' routes, whose parts are tokens and providers that no demo has.
OUTSIDE = ("account_", "mfa_", "socialaccount_", "openid_connect_")

if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lamppost.site.settings")
    django.setup()
    main()
