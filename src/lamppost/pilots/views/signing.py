"""Draft a gate's document, name its signers, and sign: with an account, by a link, on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.mail import mail_goes_out
from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import attach, is_demo, public, requires
from lamppost.accounts.roles import Right

from ..actions import signing as actions
from ..attachments import attachment
from ..forms.signing import DraftForm, HandOverForm, LinkForm, OutsiderForm, ScanForm, SignerForm
from ..mail import signature_address
from ..models import Gate, GateKind, GateSigner, PastGate, Pilot, SignatureLink
from ..playbooks.documents import SCREENING
from ..queries import signing as queries
from ..queries.links import LinkState
from ..usual_signers import usual_signers as usual_signers_of
from .common import may, pilot_of, posted, url, user_of
from .links import closed_page, page_by_link, signed_in, warn_if_only_here
from .record import Page, confirm_page, form_page, press


def _gate(partnership: Partnership, pilot: int, kind: str) -> tuple[Pilot, str]:
    """Return the pilot and the gate's name, or answer 404."""
    if kind not in GateKind.values:
        raise Http404
    found = pilot_of(partnership, pilot)
    if not queries.is_signed(found, kind):
        raise Http404
    return found, str(GateKind(kind).label)


def _signer(partnership: Partnership, pilot: int, kind: str, signer: int) -> GateSigner:
    found = GateSigner.objects.select_related("pilot__partnership", "user", "deputy")
    return get_object_or_404(
        found, pk=signer, kind=kind, pilot_id=pilot, pilot__partnership=partnership
    )


def _back(signer: GateSigner) -> str:
    return url("gate", signer.pilot, signer.kind)


def _page(signer: GateSigner, title: str, saved: str, **more: str) -> Page:
    """Return a page about one signer, which leads back to the gate."""
    return Page(title, signer.get_kind_display(), _back(signer), saved, **more)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, partnership: Partnership, pilot: int, kind: str) -> HttpResponse:
    """Write the document, as a draft that the signers read."""
    found, gate = _gate(partnership, pilot, kind)
    signing = queries.signing_of(found, kind)
    screened = kind == GateKind.DATA_PROTECTION and request.GET.get("start") == "screening"
    text = str(SCREENING) if screened else signing.text
    form = DraftForm(posted(request), initial={"text": text})
    signed = any(line.signer.signed_at for line in signing.signers)
    lead = _("Whoever signed has to sign anew when the text changes.") if signed else ""

    def save() -> None:
        actions.save_draft(
            pilot=found, by=user_of(request), kind=kind, text=form.cleaned_data["text"]
        )

    page = Page(
        _("The document of “%(gate)s”") % {"gate": gate},
        gate,
        url("gate", found, kind),
        _("The draft is saved."),
        save=_("Save the draft"),
        lead=lead,
        who=_("Members, and whoever is asked to sign. Everybody once the gate is passed."),
    )
    return form_page(request, found, page, form, save)


# Who must sign ----------------------------------------------------------------------------------


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def new_signer(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    found, gate = _gate(partnership, pilot, kind)
    form = SignerForm(posted(request), partnership=partnership, kind=kind)

    def add() -> None:
        actions.add_signer(pilot=found, by=user_of(request), kind=kind, **form.cleaned_data)

    page = Page(
        _("Who must sign “%(gate)s”") % {"gate": gate},
        gate,
        url("gate", found, kind),
        _("Added. The gate waits for this signature."),
        save=_("Add"),
        who=_("Members. Everybody reads the names once the gate is passed."),
    )
    return form_page(request, found, page, form, add)


@requires(Right.PASS_GATES)
@require_POST
def usual_signers(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str
) -> HttpResponse:
    """Add who usually signs this gate, by one press."""
    found, _gate_name = _gate(partnership, pilot, kind)

    def add() -> None:
        actions.add_usual_signers(pilot=found, by=user_of(request), kind=kind)

    named = all(one.user or one.name for one in usual_signers_of(found, kind, user_of(request)))
    done = (
        _("Added. The gate waits for these signatures.")
        if named
        else _("Added. Now say who signs.")
    )
    return press(request, add, done=done, back=url("gate", found, kind))


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def remove_signer(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    found = _signer(partnership, pilot, kind, signer)
    return confirm_page(
        request,
        lambda: actions.remove_signer(signer=found, by=user_of(request)),
        done=_("Taken off the list."),
        back=_back(found),
        question=_("Let the gate be passed without “%(role)s”?") % {"role": found.role},
        consequence=_("A signature that is there is dropped. The ledger keeps that you did this."),
        undo=_("You can add the role again. Then it has to be signed anew."),
        confirm_label=_("Take off the list"),
    )


@requires(Right.VIEW_DESK)
@require_http_methods(["GET", "POST"])
def hand_over(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Let somebody else sign: a lead may say so, and whoever has to sign.

    For which side of an agreement, a lead says.
    """
    found = _signer(partnership, pilot, kind, signer)
    user, leads = user_of(request), may(request, Right.PASS_GATES)
    if not (leads or user.pk in {found.user_id, found.deputy_id}):
        raise PermissionDenied
    sides = leads and kind == GateKind.AGREEMENT
    form = HandOverForm(posted(request), instance=found, partnership=partnership, with_side=sides)
    lead = _("When somebody else signs, a signature that is there no longer counts.")
    if sides:
        lead += " " + _("Nor does it for another side: then it has to be signed anew.")

    def act() -> None:
        actions.hand_over(
            signer=_signer(partnership, pilot, kind, signer), by=user, **form.cleaned_data
        )

    page = _page(
        found,
        _("Who signs as “%(role)s”?") % {"role": found.role},
        _("Saved. The ledger says who handed over.") if queries.who_signs(found) else _("Saved."),
        lead=lead,
        who=_("Members. Everybody reads the names once the gate is passed."),
    )
    return form_page(request, found.pilot, page, form, act)


# Signatures -------------------------------------------------------------------------------------


@requires(Right.VIEW_DESK)
@require_http_methods(["GET", "POST"])
def sign(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Read the document and sign it, for oneself or as a deputy."""
    found = _signer(partnership, pilot, kind, signer)
    user = user_of(request)
    if user.pk not in {found.user_id, found.deputy_id}:
        messages.error(request, _("This is signed by somebody else."))
        return redirect(_back(found))
    if request.method == "POST":
        sha256 = request.POST.get("sha256", "")
        return press(
            request,
            lambda: actions.sign(signer=found, by=user, sha256=sha256),
            done=_("Signed. Thank you."),
            back=_back(found),
        )
    context = {
        "signer": found,
        "pilot": found.pilot,
        "signing": queries.signing_of(found.pilot, kind),
        "instead_of": "" if user.pk == found.user_id else queries.who_signs(found),
        "back": _back(found),
    }
    return render(request, "pilots/sign.html", context)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
@never_cache
def link(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Make a link for somebody without an account: mailed, or shown once."""
    found = _signer(partnership, pilot, kind, signer)
    form = LinkForm(posted(request))

    def make() -> None:
        email = form.cleaned_data["email"]
        token = actions.make_link(signer=found, by=user_of(request), email=email)
        if email and mail_goes_out():
            messages.info(request, _("It is mailed to %(address)s.") % {"address": email})
        if not email or not (mail_goes_out() or is_demo(request)):
            text = _("Give %(name)s this link yourself, now. It is shown only once. %(link)s")
            values = {"name": found.name, "link": signature_address(token)}
            messages.info(request, text % values)
        warn_if_only_here(request)

    page = _page(
        found,
        _("A link for %(name)s") % {"name": found.name or found.role},
        _("The link is made. An earlier one no longer works.")
        if found.links.exists()
        else _("The link is made."),
        save=_("Make the link"),
        lead=_(
            "It works once, for 14 days, and for this text alone. Another text needs a new one."
        ),
        who=_("Whoever has the link can read the document and sign it."),
    )
    return form_page(request, found.pilot, page, form, make)


@requires(Right.PASS_GATES)
@require_http_methods(["GET", "POST"])
def new_scan(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Keep the scan of a signature on paper."""
    found = _signer(partnership, pilot, kind, signer)
    sent = request.method == "POST"
    form = ScanForm(request.POST, request.FILES) if sent else ScanForm()

    def keep() -> None:
        content, ending = form.cleaned_data["file"]
        actions.take_scan(
            signer=found,
            by=user_of(request),
            content=content,
            ending=ending,
            signed_on=form.cleaned_data["signed_on"],
        )

    page = _page(
        found,
        _("The signature of %(name)s on paper") % {"name": queries.who_signs(found) or found.role},
        _("The scan is kept, and the signature counts."),
        save=_("Keep the scan"),
        lead=_("The paper must hold the text as it stands now, word for word."),
        who=_("The scan: leads of this partnership. The name: everybody, once the gate is passed."),
    )
    paper_url = url("sign_paper", found.pilot, kind, found.pk)
    template = "pilots/scan_form.html"
    return form_page(request, found.pilot, page, form, keep, template, paper_url=paper_url)


@requires(Right.PASS_GATES)
@require_safe
@never_cache
def paper(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Show the sheet that somebody signs on paper: the text as it stands, and three lines."""
    found = _signer(partnership, pilot, kind, signer)
    context = {
        "pilot": found.pilot,
        "signer": found,
        "signing": queries.signing_of(found.pilot, kind),
        "title": found.get_kind_display(),
    }
    return render(request, "pilots/sign_paper.html", context)


@requires(Right.PASS_GATES)
@require_safe
@never_cache
def scan(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, signer: int
) -> HttpResponse:
    """Give the scan of a signature to a lead."""
    found = _signer(partnership, pilot, kind, signer)
    return attachment(found.scan, f"signature-{found.pk}")


@requires(Right.PASS_GATES)
@require_safe
@never_cache
def gate_scan(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, number: int
) -> HttpResponse:
    """Give the scan of a signature of a passed gate."""
    return _kept_scan(get_object_or_404(Gate, **_of(partnership, pilot, kind)), number)


@requires(Right.PASS_GATES)
@require_safe
@never_cache
def past_scan(
    request: HttpRequest, partnership: Partnership, pilot: int, kind: str, past: int, number: int
) -> HttpResponse:
    """Give the scan of a signature that was given before the gate was opened again."""
    found = get_object_or_404(PastGate, pk=past, **_of(partnership, pilot, kind))
    return _kept_scan(found, number)


def _of(partnership: Partnership, pilot: int, kind: str) -> dict[str, Any]:
    return {"kind": kind, "pilot_id": pilot, "pilot__partnership": partnership}


def _kept_scan(gate: Gate | PastGate, number: int) -> HttpResponse:
    if not 0 < number <= len(gate.signatures):
        raise Http404
    name = str(gate.signatures[number - 1].get("scan") or "")
    file = GateSigner(scan=name).scan
    return attachment(file, f"signature-{gate.pk}-{number}")


# Somebody without an account --------------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the document to whoever holds the link; looking changes nothing, one press signs."""
    state = queries.link_state(token)
    if state.link is None or state.code != "open":
        return _closed(request, state)
    signer = state.link.signer
    attach(request, signer.pilot.partnership)
    offices = {signer.pilot.company, signer.pilot.owner_department}
    named = "" if signer.name in offices else signer.name  # a person signs, not an office
    form = OutsiderForm(posted(request), initial={"name": named})

    def sign_it() -> dict[str, Any]:
        name, by = form.cleaned_data["name"], signed_in(request)
        signed = actions.sign_by_link(token=token, name=name, by=by)
        return {"signer": signed, "on": timezone.localdate()}

    signing = queries.signing_of(signer.pilot, signer.kind)
    context = {"signer": signer, "pilot": signer.pilot, "signing": signing}
    return page_by_link(
        request,
        state,
        form,
        use=sign_it,
        page=("pilots/sign_by_link.html", context),
        done="pilots/signed_by_link.html",
        closed=lambda now: _closed(request, now),
    )


def _closed(request: HttpRequest, state: LinkState[SignatureLink]) -> HttpResponse:
    signer = state.link.signer if state.link else None
    pilot = signer.pilot if signer else None
    return closed_page(request, "pilots/link_closed.html", state, pilot, signer=signer)
