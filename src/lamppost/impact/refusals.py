"""Why there is no estimate, and what to do: the refusals of the engine in the reader's words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lamppost.engines.core.errors import EngineError

from .models import Refusal
from .numbers import name, say

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

# By the code of the engine: those that the readings of a pilot can meet.
TEXTS: Mapping[str, str | Promise] = {
    "impact.panel.empty": lazy(
        "There are no readings to compare. Send readings from pilot and comparison sites."
    ),
    "impact.panel.outside": lazy(
        "Every reading lies outside what the plan calls possible. Check the unit of the readings."
    ),
    "impact.panel.technology_not_on": lazy(
        "The technology is not on at any site yet. Pass its gate first."
    ),
    "impact.panel.on_after_the_end": lazy(
        "The technology came on %(start)s, after the end of the plan (%(end)s). No reading of the "
        "plan is from after it came. Start a pilot with a plan of its own."
    ),
    "impact.panel.no_periods_before": lazy(
        "No full period lies before the technology came on. Send readings from before."
    ),
    "impact.panel.no_periods_after": lazy(
        "No full period lies after the technology came on. Wait for it, and send its readings."
    ),
    "impact.panel.too_large": lazy(
        "%(units)s sites and %(periods)s periods are too many. Look for a reading with a wrong "
        "date, or average by week."
    ),
    "impact.panel.time_out_of_range": lazy(
        "A reading of “%(unit)s” has an impossible date. Correct it in the file and send it again."
    ),
    "impact.study.too_large": lazy(
        "%(units)s sites and %(periods)s periods are too many. Look for a reading with a wrong "
        "date, or average by week."
    ),
    "impact.study.number": lazy(
        "The reading of “%(unit)s” of %(time)s cannot be used. Correct it and send it again."
    ),
    "impact.study.no_treated": lazy(
        "No pilot site has readings from both before and after. Send them."
    ),
    "impact.study.no_comparison": lazy(
        "Only %(units)s comparison sites have readings; %(needed)s are needed. Send the readings "
        "of more."
    ),
    "impact.study.never_read": lazy("“%(unit)s” has no reading at all. Send its readings."),
    "impact.study.too_few_before": lazy(
        "“%(unit)s” has readings in %(periods)s periods before the start; %(needed)s are needed. "
        "Send earlier readings."
    ),
    "impact.study.no_after": lazy(
        "“%(unit)s” has no reading from %(start)s on. Send its readings, or wait for them."
    ),
    "impact.study.constant": lazy(
        "“%(unit)s” reads the same in every period, as a dead sensor does. Look at the device, and "
        "correct its readings."
    ),
    "impact.study.same_series": lazy(
        "“%(first)s” and “%(unit)s” have the very same readings. One was copied from the other; "
        "send its own."
    ),
    "impact.study.other_unit": lazy(
        "From %(time)s on “%(unit)s” reads many times more or less than before, as if in another "
        "unit of measurement. Send all its readings in one unit."
    ),
    "impact.estimate.one_before": lazy(
        "There is a single period before %(start)s, so nobody can see whether the sites moved "
        "alike. Send earlier readings."
    ),
    "impact.synthetic.gaps": lazy(
        "Only %(units)s comparison sites have readings in enough periods; %(needed)s are needed. "
        "“%(unit)s” misses too many. Send what is missing."
    ),
    "impact.synthetic.too_few_before": lazy(
        "There are %(periods)s periods before the start; %(needed)s are needed. Send earlier "
        "readings."
    ),
    "impact.series.too_few_before": lazy(
        "There are %(periods)s periods before the start; %(needed)s are needed. Send earlier "
        "readings."
    ),
    "impact.series.no_after": lazy(
        "From %(start)s on, pilot and comparison sites were never read in the same period. Send "
        "what is missing."
    ),
    "impact.series.constant": lazy(
        "The readings were the same in every period before the start. Look at the devices, or "
        "average by week."
    ),
    "impact.did.no_sites": lazy(
        "Sites of one kind have no readings from both before and after the start. Send what is "
        "missing."
    ),
    "impact.did.pair": lazy(
        "Of the pair “%(pair)s”, one site has no readings from before or after. Send them."
    ),
    "impact.did.stratum_one_arm": lazy(
        "Among the sites that were drawn together with “%(unit)s”, one kind has no readings from "
        "before and after. Send them."
    ),
    "impact.rollout.never_read_together": lazy(
        "No site was read in the period of %(time)s. Send its readings."
    ),
    "impact.rollout.no_effect": lazy(
        "In no period were some sites read that have the technology and others that do not have "
        "it yet. Send what is missing, or add comparison sites."
    ),
}


def sentence(refusal: Refusal) -> str:
    """Say in the active language why the last try gave no estimate, and what to do.

    A code without words of its own is told by the engine's sentence, in English.
    """
    return told(refusal.code, refusal.message, refusal.params)


def record(refused: EngineError) -> dict[str, Any]:
    """Return a refusal of the engine as it is stored; what JSON does not know is told as text."""
    return {
        "code": refused.code,
        "message": refused.message,
        "params": json.loads(json.dumps(refused.params, default=str)),
    }


def told(code: str, message: str, params: Mapping[str, Any]) -> str:
    """Say what the engine refused, by its code and particulars."""
    text = TEXTS.get(code)
    if text is not None:
        try:
            return str(text) % {key: _written(value) for key, value in params.items()}
        except KeyError:
            # Stored by a version that gave other particulars.
            pass
    general = _("The readings allow no estimate. In the words of the program: %(message)s")
    return general % {"message": message}


def _written(value: Any) -> str:
    if isinstance(value, str):
        if _DAY.fullmatch(value):
            return formats.date_format(dt.date.fromisoformat(value))
        return name(value)
    return say(value, 0) if isinstance(value, int) else str(value)
