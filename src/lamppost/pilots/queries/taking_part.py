"""Who fills each of the five groups, and whom of the playbook's list nobody has named yet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lamppost.stakeholders.models import EmptyGroupReason, Group, Stakeholder

from ..models import Pilot
from ..playbooks import playbook_of

NAMES_SHOWN = 6
# Shorter words ("and", "the") say nothing of who is meant; endings differ ("garden", "gardeners").
SHORTEST, STEM = 5, 6


@dataclass(frozen=True)
class GroupFilled:
    """One of the five groups.

    Attributes
    ----------
    taking_part
        Names of some of those who take part.
    more
        How many more there are.
    asked
        How many are known or invited, and do not take part yet.
    reason
        Why the partnership goes on without anybody; empty where none was given.
    url
        The list of this group.
    """

    label: str
    taking_part: tuple[str, ...]
    more: int
    asked: int
    reason: str
    url: str


@dataclass(frozen=True)
class Remembered:
    """Somebody whom the playbook says not to forget, and names in the list that may be them."""

    who: str
    perhaps: tuple[str, ...]


@dataclass(frozen=True)
class WhoIsThere:
    """The five groups, and whom not to forget."""

    groups: tuple[GroupFilled, ...]
    not_forget: tuple[Remembered, ...]


def count_in_words(count: int | None) -> str:
    """Say how many of a group take part, as everybody may know it; None is hidden."""
    if count == 0:
        return _("nobody yet")
    if count:
        return _("at least %(count)d") % {"count": count}
    return _("some; too few to count in public")


def who_is_there(pilot: Pilot) -> WhoIsThere:
    """Return who takes part in each group, and whom the playbook names beside the list."""
    found = Stakeholder.objects.filter(partnership=pilot.partnership)
    people = [one for one in found.order_by("name", "pk") if one.status != Stakeholder.Status.LEFT]
    given = EmptyGroupReason.objects.filter(partnership=pilot.partnership)
    reasons = dict(given.values_list("group", "reason"))
    address = reverse("stakeholders:list", args=[pilot.partnership.slug])
    groups = tuple(
        _group(group, [one for one in people if one.group == group], reasons, address)
        for group in Group
    )
    phrases = [str(one) for one in playbook_of(pilot.playbook).not_forget]
    return WhoIsThere(groups, _remembered(phrases, [one.name for one in people]))


def _group(
    group: Group, people: list[Stakeholder], reasons: dict[str, str], address: str
) -> GroupFilled:
    names = [one.name for one in people if one.status == Stakeholder.Status.TAKING_PART]
    return GroupFilled(
        label=str(group.label),
        taking_part=tuple(names[:NAMES_SHOWN]),
        more=max(0, len(names) - NAMES_SHOWN),
        asked=len(people) - len(names),
        reason=reasons.get(group, ""),
        url=f"{address}?{urlencode({'group': group.value})}",
    )


def _remembered(phrases: list[str], names: list[str]) -> tuple[Remembered, ...]:
    """Put names beside each phrase that share a word with it and with no other phrase.

    The words by which the five groups are named tell nobody apart.
    """
    common = {stem for group in Group for stem in _stems(str(group.label))}
    stems = [_stems(one) for one in phrases]
    often = Counter(stem for found in stems for stem in found)
    telling = [{stem for stem in found if often[stem] == 1} - common for found in stems]
    known = [(name, _stems(name)) for name in names]
    return tuple(
        Remembered(phrase, tuple(name for name, has in known if has & found)[:NAMES_SHOWN])
        for phrase, found in zip(phrases, telling, strict=True)
    )


def _stems(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {word[:STEM] for word in words if len(word) >= SHORTEST}
