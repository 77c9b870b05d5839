"""Forms of the ways in, for the host: a batch of codes, a kiosk, pages that show the card."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.entry_codes import MOST as MOST_CODES
from ..origins import MOST as MOST_ORIGINS
from ..origins import NotAnOrigin, origin_of
from .conversations import moment_field_widget

LONGEST_KIOSK = dt.timedelta(days=60)


class CodesForm(forms.Form):
    """How many codes, and for whom."""

    count = forms.IntegerField(
        label=gettext_lazy("How many codes"),
        min_value=1,
        max_value=MOST_CODES,
        initial=30,
        error_messages={
            "max_value": gettext_lazy("At most 300 at a time. Make a second batch for more.")
        },
    )
    batch = forms.CharField(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("So that you tell the batches apart: “Mill Lane, letter in May”."),
        max_length=80,
        error_messages={"required": gettext_lazy("Say for whom these codes are.")},
    )

    def clean_batch(self) -> str:
        return " ".join(self.cleaned_data["batch"].split())


class KioskForm(forms.Form):
    """Where a tablet stands, and until when it takes answers."""

    place = forms.CharField(
        label=gettext_lazy("Where it stands"),
        max_length=120,
        error_messages={"required": gettext_lazy("Say where the tablet stands.")},
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Works until"),
        help_text=gettext_lazy("Afterwards its address opens nothing. You can end it sooner."),
        widget=moment_field_widget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        tonight = timezone.localtime().replace(hour=20, minute=0, second=0, microsecond=0)
        if tonight <= timezone.localtime():
            tonight += dt.timedelta(days=1)
        kwargs.setdefault("initial", {"expires_at": tonight})
        super().__init__(*args, **kwargs)

    def clean_place(self) -> str:
        return " ".join(self.cleaned_data["place"].split())

    def clean_expires_at(self) -> dt.datetime:
        until: dt.datetime = self.cleaned_data["expires_at"]
        if until <= timezone.now():
            raise forms.ValidationError(_("This is over already. Give a later time."))
        if until > timezone.now() + LONGEST_KIOSK:
            raise forms.ValidationError(_("At most 60 days. Issue a new one after that."))
        return until


class OriginsForm(forms.Form):
    """Sites whose pages may show the card, one on each line."""

    embed_origins = forms.CharField(
        label=gettext_lazy("Sites that may show the card, one on each line"),
        help_text=gettext_lazy("Like https://www.example.org. Without any, nobody can embed it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
        max_length=1000,
    )

    def clean_embed_origins(self) -> str:
        found: list[str] = []
        for number, line in enumerate(self.cleaned_data["embed_origins"].splitlines(), start=1):
            if not line.strip():
                continue
            try:
                origin = origin_of(line)
            except NotAnOrigin as fault:
                raise forms.ValidationError(
                    _("Line %(number)d: %(fault)s") % {"number": number, "fault": fault}
                ) from None
            if origin not in found:
                found.append(origin)
        if len(found) > MOST_ORIGINS:
            raise forms.ValidationError(
                _("These are %(count)d sites. At most %(most)d may show the card.")
                % {"count": len(found), "most": MOST_ORIGINS}
            )
        return "\n".join(found)
