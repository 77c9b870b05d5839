"""What the steps of loading hand to each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lamppost.accounts.models import Partnership, User
from lamppost.stakeholders.models import Stakeholder
from lamppost.voices.actions import participant_without_device
from lamppost.voices.models import Participant

from ..records import Town
from .clock import at


@dataclass
class Ground:
    """The records made so far.

    Attributes
    ----------
    users
        By name.
    stakeholders
        By name.
    participants
        By number in the town; those who only gave feedback come when they do.
    """

    town: Town
    partnership: Partnership
    users: dict[str, User]
    stakeholders: dict[str, Stakeholder] = field(default_factory=dict)
    participants: dict[int, Participant] = field(default_factory=dict)

    def user_of(self, role: str) -> User:
        """Return the first account of this role."""
        account = next(one for one in self.town.accounts if one.role == role)
        return self.users[account.name]

    def participant(self, number: int, came_at: dt.datetime, channel: str) -> Participant:
        """Return the participant, made at that moment when new."""
        if number not in self.participants:
            with at(came_at):
                self.participants[number] = participant_without_device(
                    partnership=self.partnership, channel=channel
                )
        return self.participants[number]
