"""What accounts asks of the stages: how far each is, and what needs somebody today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

from lamppost.base.ports import Port

from .models import Membership, Partnership
from .roles import Right

Text = str | Promise


@dataclass(frozen=True)
class StageStatus:
    """One lamp of the six.

    Attributes
    ----------
    code
        ``stakeholders``, ``network``, ``vision``, ``pilots``, ``impact`` or ``lessons``.
    title
        Translatable name.
    url
        Where the lamp leads.
    lit
        True when there is evidence.
    note
        One short line: what stands, or what is missing.
    """

    code: str
    title: Text
    url: str
    lit: bool
    note: Text = ""


@dataclass(frozen=True)
class DeskItem:
    """Something that needs somebody today.

    Attributes
    ----------
    title
        What to do, in one line, starting with a verb.
    url
        Where to do it.
    due
        The date, when there is one; a past one is late.
    urgent
        True when residents, a member or a gate wait for it.
    count
        How many things wait, when more than one.
    """

    title: Text
    url: str
    due: dt.date | None = None
    urgent: bool = False
    count: int = 0


@dataclass(frozen=True)
class NewsItem:
    """How much came in since the last visit.

    Attributes
    ----------
    exact_for
        Who reads the exact count: members with one of these rights; the others read it in steps,
        so that nobody sees a single vote come in. Empty where everybody may.
    exact_title
        The title beside an exact count, where its grammar would give a small count away.
    released
        Of the count, what was published already; then the others read only that, and nothing
        below ten. None where they read the count itself in steps.
    """

    title: Text
    url: str
    count: int
    exact_for: frozenset[Right] = frozenset()
    exact_title: Text = ""
    released: int | None = None


STAGE_STATUS: Port[[Partnership], StageStatus] = Port(
    "accounts.stage_status", "One lamp for each stage, in order, for the navigation."
)
DESK_ITEMS: Port[[Partnership, frozenset[Right]], list[DeskItem]] = Port(
    "accounts.desk_items", "What needs somebody with these rights today."
)
OWN_ITEMS: Port[[Membership], list[DeskItem]] = Port(
    "accounts.own_items", "What needs this one member today, whatever their role."
)
NEWS_ITEMS: Port[[Partnership, dt.datetime | None], list[NewsItem]] = Port(
    "accounts.news_items", "What came in since that moment (None: ever)."
)
MEMBER_JOINED: Port[[Partnership, int, str], None] = Port(
    "accounts.member_joined", "A membership (its id) came to be through an invitation for a group."
)
RIGHTS_CHANGED: Port[[Partnership], None] = Port(
    "accounts.rights_changed", "A member has another role, or is none any more."
)
