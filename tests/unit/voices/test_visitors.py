"""Who a visitor is: the signed cookie, the account, nobody."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from lamppost.voices import identity
from lamppost.voices.models import Participant
from lamppost.voices.visitors import (
    first_device,
    forget,
    known_participant,
    left_anywhere,
    participant_for,
    remember_if_new,
)

pytestmark = pytest.mark.django_db


def asked(cookie: str | None = None, user: object = None, token: str | None = None):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if cookie is not None:
        request.COOKIES[identity.COOKIE] = cookie
    if token is not None:
        request.META["CSRF_COOKIE"] = token
    return request


def signed(device: str) -> str:
    return signing.Signer(salt=identity.SALT).sign(device)


def test_looking_makes_nobody(partnership):
    assert known_participant(asked(), partnership) is None
    assert known_participant(asked(signed("d")), partnership) is None
    assert Participant.objects.count() == 0


def test_a_first_gift_makes_a_participant_and_a_device_to_remember(partnership):
    participant, device = participant_for(asked(), partnership)
    assert device
    assert participant.key == identity.opaque_key(f"device:{device}", partnership)
    response = HttpResponse()
    remember_if_new(response, device)
    cookie = response.cookies[identity.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    again = asked(cookie.value)
    assert participant_for(again, partnership) == (participant, None)
    assert known_participant(again, partnership) == participant


@pytest.mark.parametrize("https", [True, False])
def test_over_https_the_cookie_is_sent_over_https_alone(settings, https):
    settings.SESSION_COOKIE_SECURE = https
    response = HttpResponse()
    remember_if_new(response, "d")
    assert bool(response.cookies[identity.COOKIE]["secure"]) is https


def test_nothing_is_remembered_when_nothing_is_new():
    response = HttpResponse()
    remember_if_new(response, None)
    assert not response.cookies


def test_the_same_form_token_gives_the_same_device_and_another_one_another(settings):
    assert first_device(asked(token="t1")) == first_device(asked(token="t1"))
    assert first_device(asked(token="t1")) != first_device(asked(token="t2"))
    before = first_device(asked(token="t1"))
    settings.SECRET_KEY = "another key"
    assert first_device(asked(token="t1")) != before


def test_without_a_form_token_the_device_is_random():
    assert first_device(asked()) != first_device(asked())


@pytest.mark.parametrize(
    "cookie", ["", "d", "d:x", signed("d")[:-1] + "x", signing.Signer(salt="other").sign("d")]
)
def test_a_cookie_that_was_not_signed_here_is_nobody(partnership, cookie):
    assert identity.key_of(asked(cookie), partnership) is None


def test_keys_differ_in_each_partnership_and_lead_back_to_nobody(partnership, other_partnership):
    here = identity.opaque_key("device:abc", partnership)
    assert here != identity.opaque_key("device:abc", other_partnership)
    assert "abc" not in here
    assert len(here) == 64


def test_a_device_comes_before_an_account(partnership, lead):
    by_account = identity.key_of(asked(user=lead), partnership)
    by_device = identity.key_of(asked(signed("d"), user=lead), partnership)
    assert by_account == identity.opaque_key(f"account:{lead.pk}", partnership)
    assert by_device == identity.opaque_key("device:d", partnership)


def test_what_is_left_in_another_partnership_is_found(partnership, other_partnership):
    request = asked(signed("d"))
    assert not left_anywhere(request)
    participant_for(request, other_partnership)
    assert left_anywhere(request)


def test_forgetting_takes_the_cookie_away():
    response = HttpResponse()
    forget(response)
    assert response.cookies[identity.COOKIE]["max-age"] == 0
