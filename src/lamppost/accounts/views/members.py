"""Members, invitations and the partnership's own details."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lamppost.accounts import actions, mail, queries
from lamppost.accounts.forms import InvitationForm, RoleForm
from lamppost.accounts.groups import ROLE_OF_GROUP, Group
from lamppost.accounts.models import Invitation, Membership, Partnership
from lamppost.accounts.permissions import PartnershipRequest, is_demo, person, requires
from lamppost.accounts.roles import Right


def _members_url(partnership: Partnership) -> str:
    return reverse("accounts:members", args=[partnership.slug])


@requires(Right.VIEW_DESK)
def members(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    may_invite = Right.INVITE in request.rights
    return render(
        request,
        "accounts/members.html",
        {
            "page": queries.members_page(partnership, request.GET.get("page", "1")),
            "may_invite": may_invite,
            "invitations": queries.open_invitations(partnership) if may_invite else [],
            "groups": queries.group_lines(partnership),
        },
    )


@requires(Right.INVITE)
def invite(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial=_first_choice(request, partnership))
    if request.method == "POST" and form.is_valid() and _invited(request, partnership, form):
        return redirect(_members_url(partnership))
    return render(
        request,
        "accounts/invite.html",
        {
            "form": form,
            "missing": [line for line in queries.group_lines(partnership) if not line.asked],
            "who": _("the person you invite, and the members of this partnership."),
        },
    )


def _first_choice(request: PartnershipRequest, partnership: Partnership) -> dict[str, str]:
    """Offer the group that was asked for; else a role of the first that nobody was invited of.

    Without a group that was asked for, the group follows the role that is sent.
    """
    first = {"language": partnership.language, "group": ""}
    wanted = request.GET.get("group", "")
    if wanted in Group.values:
        return {**first, "group": wanted, "role": ROLE_OF_GROUP[wanted]}
    missing = [line.group for line in queries.group_lines(partnership) if not line.asked]
    return {**first, "role": ROLE_OF_GROUP[missing[0]]} if missing else first


def _invited(request: PartnershipRequest, partnership: Partnership, form: InvitationForm) -> bool:
    try:
        invitation, token = actions.invite(
            partnership=partnership, by=person(request), **form.cleaned_data
        )
    except actions.AlreadyMemberError:
        form.add_error("email", _("This person is a member already."))
        return False
    _say_sent(request, invitation, token)
    return True


def _say_sent(request: PartnershipRequest, invitation: Invitation, token: str) -> None:
    name = invitation.name or invitation.email
    if mail.mail_goes_out() or is_demo(request):
        text = _("The invitation for %(name)s is on its way.") % {"name": name}
    else:
        text = _(
            "This instance sends no mail. Give %(name)s this link yourself, now: it is shown "
            "only once and works once. %(link)s"
        ) % {"name": name, "link": mail.join_url(token)}
    messages.success(request, text)


@requires(Right.INVITE)
@require_POST
def send_again(
    request: PartnershipRequest, partnership: Partnership, invitation: int
) -> HttpResponse:
    """Mail an open invitation once more."""
    found = get_object_or_404(Invitation, pk=invitation, partnership=partnership, accepted_at=None)
    try:
        _say_sent(request, found, actions.send_again(invitation=found, by=person(request)))
    except actions.InvitationError:
        messages.error(request, _("The invitation was accepted meanwhile."))
    return redirect(_members_url(partnership))


@requires(Right.INVITE)
def withdraw(
    request: PartnershipRequest, partnership: Partnership, invitation: int
) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation, partnership=partnership, accepted_at=None)
    back = _members_url(partnership)
    if request.method == "POST":
        try:
            actions.withdraw_invitation(invitation=found, by=person(request))
            messages.success(request, _("The invitation is withdrawn."))
        except actions.InvitationError:
            messages.error(request, _("The invitation was accepted meanwhile."))
        return redirect(back)
    return _asked_once_more(
        request,
        question=_("Withdraw the invitation of %(name)s?") % {"name": found.name or found.email},
        consequence=_("The link in the mail stops working."),
        confirm_label=_("Withdraw the invitation"),
        cancel_url=back,
        undo=_("You can invite the same person again at any time."),
    )


@requires(Right.INVITE)
def change_member(
    request: PartnershipRequest, partnership: Partnership, member: int
) -> HttpResponse:
    found = _member(partnership, member)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(
                membership=found, role=form.cleaned_data["role"], by=person(request)
            )
            messages.success(request, _("The role is changed."))
            return redirect(_members_url(partnership))
        except actions.LastLeadError:
            form.add_error("role", _last_lead())
    return render(request, "accounts/change_member.html", {"form": form, "member": found})


@requires(Right.INVITE)
def remove(request: PartnershipRequest, partnership: Partnership, member: int) -> HttpResponse:
    found = _member(partnership, member)
    back = _members_url(partnership)
    if request.method == "POST":
        try:
            actions.remove_member(membership=found, by=person(request))
            messages.success(request, _("%(name)s is no longer a member.") % {"name": found.user})
        except actions.LastLeadError:
            messages.error(request, _last_lead())
        return redirect(back)
    return _asked_once_more(
        request,
        question=_("Take %(name)s out of the partnership?") % {"name": found.user},
        consequence=_("They lose their role here at once. What they did stays in the ledger."),
        confirm_label=_("Take them out"),
        cancel_url=back,
        undo=_("You can invite the same person again at any time."),
    )


def _member(partnership: Partnership, member: int) -> Membership:
    return get_object_or_404(
        Membership.objects.select_related("user", "partnership"),
        pk=member,
        partnership=partnership,
    )


def _last_lead() -> str:
    return _("This is the only lead. Give somebody else the role of lead first.")


def _asked_once_more(request: PartnershipRequest, **context: Any) -> HttpResponse:
    return render(request, "base_confirm.html", context)
