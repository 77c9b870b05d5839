"""What stakeholders asks of later stages: where somebody was met."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lamppost.base.ports import Port

from .models import Stakeholder


@dataclass(frozen=True)
class MeetingLine:
    """A meeting to which a stakeholder was invited.

    Attributes
    ----------
    title, url
        The meeting and its page.
    starts_at
        When it starts or started.
    attended
        True when they came, False when they did not, None when it is still to come or was
        cancelled.
    """

    title: str
    url: str
    starts_at: dt.datetime
    attended: bool | None


MEETINGS_OF: Port[[Stakeholder], list[MeetingLine]] = Port(
    "stakeholders.meetings_of", "The meetings to which a stakeholder was invited, newest first."
)
GOES_WITH: Port[[Stakeholder], list[str]] = Port(
    "stakeholders.goes_with", "What a later stage deletes together with a stakeholder, in words."
)
