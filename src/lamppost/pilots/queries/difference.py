"""What comes next until somebody signed why something else is bought than was piloted."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lamppost.accounts.models import User

from ..models import GateKind, Pilot
from .signing import SignerLine, Signing, signature_obstacles

DECISION = GateKind.DECISION.value


@dataclass(frozen=True)
class NextStep:
    """What a lead does next; without an address the button stands elsewhere, or with others.

    Attributes
    ----------
    words
        What the button says; what is missing, where `url` is empty.
    """

    words: str
    url: str = ""


def next_for_difference(pilot: Pilot, signing: Signing, by: User) -> NextStep | None:
    """Return what `by` does next so that the difference is signed; None where it is signed."""
    if not signature_obstacles(pilot, DECISION, by):
        return None
    if signing.draft is None:
        return NextStep(_("Write why something else is bought"), _url(pilot, "draft"))
    if not signing.signers:
        return NextStep(_("Name who signs the difference"), _url(pilot, "new_signer"))
    missing = [line for line in signing.signers if line.state != "signed"]
    if not missing:
        return NextStep(_("Name somebody else who signs it too"), _url(pilot, "new_signer"))
    mine = [line for line in missing if line.signer.user_id == by.pk]
    return _step_for(pilot, (mine or missing)[0], by)


def _step_for(pilot: Pilot, line: SignerLine, by: User) -> NextStep:
    signer = line.signer
    if signer.user_id == by.pk:
        return NextStep(_("Your signature is missing: read and sign below."))
    if line.state == "nobody":
        return NextStep(_("Say who signs the difference"), _url(pilot, "hand_over", signer.pk))
    if signer.name:
        text = _("Make a link for %(name)s to sign") % {"name": line.who}
        return NextStep(text, _url(pilot, "signature_link", signer.pk))
    return NextStep(_("%(name)s has to sign the difference.") % {"name": line.who})


def _url(pilot: Pilot, name: str, *more: object) -> str:
    return reverse(f"pilots:{name}", args=[pilot.partnership.slug, pilot.pk, DECISION, *more])
