"""Every route says who may use it."""

from __future__ import annotations

from django.urls import path

from lamppost.accounts.permissions import public, requires
from lamppost.accounts.roles import Right
from lamppost.accounts.routes import access_of_pattern
from lamppost.base.permissions import PUBLIC, Access
from tests.pages import routes


def test_every_route_declares_its_access() -> None:
    assert [route.name for route in routes() if route.access is None] == []


def test_every_right_that_a_route_asks_for_exists() -> None:
    asked = {route.access.right for route in routes() if route.access and route.access.right}
    assert asked <= {right.value for right in Right}


def test_a_route_of_a_right_belongs_to_a_partnership() -> None:
    """Rights are held in a partnership; elsewhere there is nothing to check them against."""
    assert [r.name for r in routes() if r.access and r.access.right and not r.of_partnership] == []


def test_a_route_that_declares_nothing_is_found() -> None:
    def careless(request: object) -> None:
        """A view that nobody thought about."""

    assert access_of_pattern(path("careless/", careless)) is None
    assert access_of_pattern(path("open/", public(careless))) == PUBLIC
    guarded = requires(Right.MODERATE)(careless)
    assert access_of_pattern(path("closed/", guarded)) == Access("right", "moderate")
