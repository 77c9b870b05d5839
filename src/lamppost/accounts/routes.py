"""Who may use each route, our own and those that come from django-allauth.

A test walks the whole URL map and asks `access_of_pattern` for every route.
"""

from __future__ import annotations

from django.urls import NoReverseMatch, Resolver404, URLPattern, resolve, reverse

from lamppost.base.permissions import PUBLIC, SIGNED_IN, Access, access_of

from .roles import Right

# Routes of django-allauth, by name. It guards them itself; this says what it lets in.
THIRD_PARTY: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_request_login_code": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "socialaccount_connections": SIGNED_IN,
    "openid_connect_login": PUBLIC,
    "openid_connect_callback": PUBLIC,
}


def access_of_pattern(pattern: URLPattern) -> Access | None:
    """Return who may use the route `pattern`, or None when nobody declared it.

    A route without a name that only forwards to a named one has that one's access.
    """
    declared = access_of(pattern.callback)
    if declared is not None:
        return declared
    forwards_to = getattr(pattern.callback, "view_initkwargs", {}).get("pattern_name", "")
    return THIRD_PARTY.get(pattern.name or forwards_to or "")


def may_open(url: str, rights: frozenset[Right]) -> bool:
    """Say whether somebody with these rights in the partnership may open the page at `url`.

    Addresses that are not pages of ours are not for this function: they may be opened.
    """
    path = url.split("#")[0].split("?")[0]
    try:
        match = resolve(path)
    except Resolver404:
        return not path.startswith("/")
    access = access_of(match.func) or THIRD_PARTY.get(match.url_name or "")
    if access is None:
        return False
    return access.kind != "right" or Right(access.right) in rights


def address_of(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named route, or nothing where this instance has no such page."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""
