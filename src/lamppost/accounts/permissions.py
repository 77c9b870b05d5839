"""Routes of a partnership: who may use them, decided in one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlparse

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from lamppost.base.permissions import (
    DEMO_ONLY,
    FIRST_RUN,
    PUBLIC,
    SIGNED_IN,
    Access,
    View,
    declare,
)

from .models import Membership, Partnership, User
from .roles import Right, rights_of

LOOPBACK = {"127.0.0.1", "::1"}
PROXY_HEADERS = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


class PartnershipRequest(HttpRequest):
    """A request on a partnership's page, after the decorators below."""

    partnership: Partnership
    membership: Membership | None
    rights: frozenset[Right]


def person(request: HttpRequest) -> User:
    """Return who is signed in, on a route that let nobody else in."""
    return cast(User, request.user)


def public(view: View) -> View:
    """Anybody may use this route."""
    return declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Anybody with an account may use this route."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return declare(guarded, SIGNED_IN)


def attach(request: HttpRequest, partnership: Partnership) -> PartnershipRequest:
    """Put the partnership, the visitor's membership and rights on `request`."""
    known = cast(PartnershipRequest, request)
    membership = None
    if request.user.is_authenticated:
        membership = Membership.objects.filter(partnership=partnership, user=request.user).first()
    known.partnership = partnership
    known.membership = membership
    known.rights = rights_of(membership.role) if membership else frozenset()
    return known


def partnership_page(view: View) -> View:
    """Anybody may use this route of a partnership; the view gets the Partnership, not its slug."""

    @wraps(view)
    def opened(request: HttpRequest, partnership: str, **kwargs: Any) -> HttpResponse:
        found = get_object_or_404(Partnership, slug=partnership)
        return view(attach(request, found), found, **kwargs)

    return declare(opened, PUBLIC)


def requires(right: Right, *or_else: Right) -> Callable[[View], View]:
    """Only members whose role holds `right` may use this route of a partnership.

    A visitor without an account is asked to sign in; somebody without the right is refused with
    403 and a page that says whom to ask. The view gets the Partnership, not its slug.

    Parameters
    ----------
    or_else
        Rights with which the view is reached too; whom of these it lets through, it says itself.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, partnership: str, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            found = get_object_or_404(Partnership, slug=partnership)
            known = attach(request, found)
            if known.rights.isdisjoint({right, *or_else}):
                raise PermissionDenied
            return view(known, found, **kwargs)

        return declare(guarded, Access("right", right.value))

    return decorate


def _direct_from_this_machine(request: HttpRequest) -> bool:
    forwarded = any(header in request.META for header in PROXY_HEADERS)
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not forwarded


def is_own_machine(request: HttpRequest) -> bool:
    """Say whether whoever asks sits at this machine, on an instance that only this machine uses.

    An address of the site that others can reach rules it out: a proxy in front of it need not say
    that it is one.
    """
    own = urlparse(settings.LAMPPOST_URL).hostname
    return own in {"localhost", *LOOPBACK} and _direct_from_this_machine(request)


def is_demo(request: HttpRequest) -> bool:
    """Say whether this is the demo, asked from this machine itself and not through a proxy."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return False
    if not host.endswith("]"):
        host = host.rsplit(":", 1)[0]
    host = host.strip("[]")
    return (
        settings.DEMO_MARK.exists()
        and host in {"localhost", *LOOPBACK}
        and _direct_from_this_machine(request)
    )


def demo_only(view: View) -> View:
    """Only in the demo, and only on loopback; anywhere else the route does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_demo(request):
            raise Http404
        return view(request, *args, **kwargs)

    return declare(guarded, DEMO_ONLY)


def first_run(view: View) -> View:
    """Only while nobody has an account: whoever sets the instance up makes the first one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if User.objects.exists():
            raise Http404
        return view(request, *args, **kwargs)

    return declare(guarded, FIRST_RUN)
