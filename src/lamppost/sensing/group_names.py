"""How a group of people is called: the values of characteristics in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise

from lamppost.stakeholders.models import Group
from lamppost.vision.models import Characteristic
from lamppost.vision.queries.about import AGE_BANDS


def group_label(by: str, value: str) -> str:
    """Return what a group is called; its own name where the characteristic has no list of them.

    Parameters
    ----------
    by
        ``age``, ``neighbourhood``, ``group``, or empty.
    """
    known: dict[str, str | Promise] = {}
    if by == Characteristic.Question.AGE:
        known = dict(AGE_BANDS)
    elif by == Characteristic.Question.GROUP:
        known = dict(Group.choices)
    return str(known.get(value, value))


def group_order(value: str) -> tuple[int, str]:
    """Return what orders groups: ages as they rise, everything else after them by name."""
    ages = [band for band, _label in AGE_BANDS]
    return (ages.index(value) if value in ages else len(ages), value)
