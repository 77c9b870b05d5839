"""How django-allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open to those who were invited or who come by the city's own sign-in.

    Anybody may sign up when nobody has an account yet is *not* so: the first account is made on
    the start page, which closes behind it.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(request.session.get("invitation"))
