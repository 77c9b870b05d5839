"""What pilots asks of later stages: whether a gate may be passed, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from lamppost.base.ports import Port

from .models import Pilot, Site


@dataclass(frozen=True)
class Obstacle:
    """One reason why something is not possible yet.

    Attributes
    ----------
    text
        What is missing and what to do, in one or two sentences.
    url
        Where to do it, or empty.
    action
        What the link says.
    """

    text: str | Promise
    url: str = ""
    action: str | Promise = ""


GATE_CHECKS: Port[[Pilot, str], list[Obstacle]] = Port(
    "pilots.gate_checks", "What stands before this gate (its kind) of this pilot."
)
GATE_PASSED: Port[[Pilot, str], None] = Port(
    "pilots.gate_passed", "A gate was passed; asked inside the same transaction."
)
SITE_KEEPERS: Port[[Site], list[Obstacle]] = Port(
    "pilots.site_keepers", "Why a site cannot be deleted: something was recorded there."
)
GATE_KEEPERS: Port[[Pilot, str], list[Obstacle]] = Port(
    "pilots.gate_keepers",
    "Why a passed gate (its kind) of this pilot cannot be opened again.",
)
