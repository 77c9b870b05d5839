"""What belongs to one person: joining by invitation, one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lamppost.accounts import actions, mail, queries
from lamppost.accounts.forms import AccountForm, JoinForm
from lamppost.accounts.models import Invitation, User
from lamppost.accounts.permissions import is_demo, person, public, signed_in
from lamppost.accounts.roles import Right, rights_of
from lamppost.accounts.sessions import remember_language, sign_in


@public
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Open an invitation: looking changes nothing, one press joins."""
    invitation = queries.usable_invitation(token)
    if invitation is None:
        return render(request, "accounts/join_closed.html", status=410)
    if request.user.is_authenticated:
        return _join_signed_in(request, invitation, token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        return render(request, "accounts/join.html", _context(invitation, has_account=True))
    return _join_new(request, invitation, token)


def _context(invitation: Invitation, **more: Any) -> dict[str, Any]:
    rights = rights_of(invitation.role)
    return {
        "invitation": invitation,
        "inviter": invitation.created_by,
        "may": [right.label for right in Right if right in rights],
        "who": _("the members of this partnership see your name and your role."),
        **more,
    }


def _join_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    user = person(request)
    other = not actions.is_address_of(user, invitation.email)
    # Of an account that was not invited a press alone is not enough: the page names it first.
    if request.method == "POST" and (not other or request.POST.get("with") == user.email):
        try:
            actions.accept_invitation(token=token, user=user)
            messages.success(request, _("Welcome. You are a member now."))
        except actions.AlreadyMemberError:
            messages.info(request, _("You are a member already."))
        except actions.InvitationError:
            return render(request, "accounts/join_closed.html", status=410)
        return redirect(invitation.partnership)
    return render(
        request, "accounts/join.html", _context(invitation, signed_in=True, other_account=other)
    )


def _join_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(
        request.POST or None,
        initial={"name": invitation.name},
        email=invitation.email,
        needs_password=not (mail.mail_goes_out() or is_demo(request)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.join_with_new_account(
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"] or None,
                language=get_language() or settings.LANGUAGE_CODE,
            )
        except (actions.InvitationError, actions.AccountExistsError):
            return redirect("join", token=token)
        sign_in(request, membership.user)
        messages.success(request, _("Welcome. You are a member now."))
        return redirect(invitation.partnership)
    return render(request, "accounts/join.html", _context(invitation, form=form))


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = AccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        actions.change_own_account(user=user, **form.cleaned_data)
        response = redirect("account")
        remember_language(response, form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return response
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "memberships": queries.memberships_of(user),
            "may_create": queries.may_create_partnership(user),
            "city": settings.SOCIALACCOUNT_PROVIDERS,
            "who": _("the members of your partnerships see your name."),
        },
    )


@signed_in
def delete_account(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        user = person(request)
        try:
            actions.delete_own_account(user=user)
        except actions.LastLeadError:
            messages.error(
                request,
                _("You are the only lead of a partnership. Give somebody else that role first."),
            )
            return redirect("account")
        request.session.flush()
        return redirect("home")
    return render(
        request,
        "base_confirm.html",
        {
            "question": _("Delete your account?"),
            "consequence": _(
                "Your name, e-mail address, sign-in methods and roles are deleted. What you did "
                "for a partnership stays in its ledger, without your name."
            ),
            "confirm_label": _("Delete my account"),
            "cancel_url": reverse("account"),
        },
    )
