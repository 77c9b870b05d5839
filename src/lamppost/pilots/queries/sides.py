"""The agreement is signed by both sides: by somebody for the city, by somebody else for the other.

"Somebody else" means another account and another name, whichever way it was signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import GateKind, GateSigner

Side = GateSigner.Side


def account_of(signer: GateSigner) -> int | None:
    """Return whose account a signature is of; None where it was given without one."""
    return signer.signed_by_id or (signer.deputy_id if signer.signed_for else signer.user_id)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same; capital letters and spaces make no difference."""
    return one.casefold().split() == other.casefold().split()


def same_person(one: GateSigner, other: GateSigner) -> bool:
    """Say whether two signatures are by the same account or in the same name."""
    account = account_of(one)
    by_account = account is not None and account == account_of(other)
    return by_account or same_name(one.signed_name, other.signed_name)


def of_side(signers: Iterable[GateSigner], side: str) -> list[GateSigner]:
    """Return who signs for one side."""
    return [one for one in signers if one.side == side]


def both_signed(signed: Sequence[GateSigner]) -> bool:
    """Say whether these signatures are of both sides, by two people."""
    return any(
        not same_person(one, other)
        for one in of_side(signed, Side.CITY)
        for other in of_side(signed, Side.COMPANY)
    )


def side_missing(kind: str, signers: Sequence[GateSigner]) -> list[str]:
    """Say for which side nobody is named, with the remedy; empty where the gate has no sides."""
    if kind != GateKind.AGREEMENT:
        return []
    words = {
        Side.CITY: _("Nobody signs the agreement for the city. Add who does."),
        Side.COMPANY: _("Nobody signs the agreement for the company or partner. Add who does."),
    }
    return [text for side, text in words.items() if not of_side(signers, side)]


def one_person_for_both(kind: str, signed: Sequence[GateSigner]) -> list[str]:
    """Say that one person signed for both sides; empty where two did."""
    if kind != GateKind.AGREEMENT or both_signed(signed):
        return []
    return [
        _(
            "The same person signed for the city and for the company. Let somebody else sign for "
            "one of them."
        )
    ]


@dataclass(frozen=True)
class SideLine:
    """One side of the agreement.

    Attributes
    ----------
    label
        Which side.
    signed, waiting
        Who signed, and whose signature is still missing: a name, or a role without one.
    """

    label: str
    signed: tuple[str, ...]
    waiting: tuple[str, ...]
