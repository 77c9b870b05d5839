"""The call, offers, the choice, declarations of interest, the checklist of the agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lamppost.base.uploads import UploadError

from ..attachments import document_of
from ..models import Bid, Call, Clause, ClauseCode, ConflictOfInterest, Pilot
from ..queries.agreement import CriteriaError, has_opened, read_criteria
from ..queries.obligations import Obligation, obligations_of
from ..queries.open_questions import letters
from ..queries.tasks import why_not_so_late
from .widgets import date_input, not_in_future, text_area

LONGEST_NAME = 160
TASK_FIELDS = ("task_text", "task_owner", "task_due_on", "task_every_year", "no_task_reason")


class CallForm(forms.ModelForm[Call]):
    """An open call with its document, days and criteria; or why there was none."""

    file = forms.FileField(
        required=False,
        label=gettext_lazy("Document of the call"),
        help_text=gettext_lazy("PDF, ODT or DOCX, up to 10 MB. Everybody can download it."),
    )

    class Meta:
        model = Call
        fields = ["link", "opened_on", "closes_on", "criteria", "no_call_reason"]
        widgets = {
            "opened_on": date_input(),
            "closes_on": date_input(),
            "criteria": text_area(6),
            "no_call_reason": text_area(3),
        }
        help_texts = {
            "link": gettext_lazy("Where the call is published, if it is."),
            "opened_on": gettext_lazy(
                "From this day on, criteria and days stay as they are written here."
            ),
            "closes_on": gettext_lazy(
                "Better 28 days later or more, so that others than the usual see it."
            ),
            "no_call_reason": gettext_lazy("Only when there was none. Everybody reads it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shape = _("One to a line, 100 %% in all, for example “Works in the dark: 40 %%”.")
        self.fields["criteria"].help_text = shape % {}
        if has_opened(self.instance):
            stay = ["opened_on", "criteria", "no_call_reason"]
            stay += ["link"] if self.instance.link else []
            stay += ["file"] if self.instance.document else []
            for name in stay:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Stays as it is since the call opened.")

    def order(self) -> list[str]:
        return ["file", "link", "opened_on", "closes_on", "criteria", "no_call_reason"]

    def clean_file(self) -> tuple[bytes, str] | None:
        upload = self.cleaned_data["file"]
        try:
            return document_of(upload) if upload else None
        except UploadError as why:
            raise forms.ValidationError(str(why)) from None

    def clean_criteria(self) -> str:
        text: str = self.cleaned_data["criteria"]
        try:
            read_criteria(text)
        except CriteriaError as why:
            raise forms.ValidationError(str(why)) from None
        return text

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("no_call_reason"):
            if not letters(values["no_call_reason"]):
                self.add_error("no_call_reason", _("Say why. Everybody reads it."))
            if values.get("opened_on"):
                self.add_error("no_call_reason", _("Give a call or a reason for none, not both."))
            return values
        if "opened_on" in self.errors:
            return values
        if not values.get("opened_on"):
            self.add_error("opened_on", _("Say when the call opens, or why there is none."))
            return values
        self._whole(values)
        return values

    def _whole(self, values: dict[str, Any]) -> None:
        opened, closes = values["opened_on"], values.get("closes_on")
        given = values.get("file") or values.get("link") or self.instance.document
        if not given and not {"file", "link"} & set(self.errors):
            self.add_error("file", _("Add the call's document, or its address below."))
        if not closes and "closes_on" not in self.errors:
            self.add_error("closes_on", _("Say on which day the call closes."))
        if closes and closes < opened:
            self.add_error("closes_on", _("A call closes after it opens. Give a later day."))
        if not values.get("criteria") and "criteria" not in self.errors:
            self.add_error("criteria", _("Write the criteria: they are fixed when it opens."))

    def call(self) -> dict[str, Any]:
        """Return the fields of `Call`."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class WithdrawForm(forms.Form):
    """Why a call that has opened is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Why the call is withdrawn"),
        max_length=500,
        widget=text_area(3),
        help_text=gettext_lazy("Everybody reads it, beside what the call asked for."),
    )


class BidForm(forms.ModelForm[Bid]):
    """Who offered, and for how much."""

    class Meta:
        model = Bid
        fields = ["organisation", "amount", "currency", "score", "reason"]
        help_texts = {
            "amount": gettext_lazy("For the whole pilot; 0 where nothing is paid."),
            "currency": gettext_lazy("Three letters, for example EUR."),
            "score": gettext_lazy("As those who chose wrote it, for example 78 of 100."),
            "reason": gettext_lazy("In a sentence. Everybody reads it once somebody is chosen."),
        }

    def __init__(self, *args: Any, call: Call | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = True
        if call is not None:
            self.instance.call = call

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError(_("An amount is 0 or more."))
        return amount

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].strip().upper()
        if len(code) != 3 or not code.isalpha():
            raise forms.ValidationError(_("Give three letters, for example EUR."))
        return code

    def clean_organisation(self) -> str:
        """Name the field beside which the offer that is there already is said."""
        name: str = self.cleaned_data["organisation"]
        call = self.instance.call_id
        others = Bid.objects.filter(call=call, organisation=name).exclude(pk=self.instance.pk)
        if call and others.exists():
            raise forms.ValidationError(_("This organisation's offer is in the list already."))
        return name


class ChoiceOfBid(forms.ModelChoiceField[Bid]):
    def label_from_instance(self, obj: Bid) -> str:
        amount = number_format(obj.amount, 2) if obj.amount is not None else "?"
        return f"{obj.organisation} ({amount} {obj.currency})"


class SelectionForm(forms.Form):
    """Which offer was chosen, when, by whom and why."""

    bid = ChoiceOfBid(
        Bid.objects.none(),
        label=gettext_lazy("Which offer was chosen"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    chosen_on = forms.DateField(label=gettext_lazy("Chosen on"), widget=date_input())
    chosen_by = forms.CharField(
        label=gettext_lazy("Who chose"),
        max_length=300,
        help_text=gettext_lazy("The jury or office; roles are enough."),
    )
    jurors = forms.CharField(
        label=gettext_lazy("Each who chose, one to a line"),
        max_length=4000,
        widget=text_area(4),
        help_text=gettext_lazy(
            "A name or a role each. Each of them is asked for their interests, and the gate waits "
            "for all."
        ),
    )
    chosen_why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=3000,
        widget=text_area(4),
        help_text=gettext_lazy("By the criteria, so that those who were not chosen understand."),
    )

    def __init__(self, *args: Any, call: Call | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bid"]
        field.queryset = Bid.objects.filter(call=call)  # type: ignore[attr-defined]

    def clean_chosen_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["chosen_on"])

    def clean_jurors(self) -> list[str]:
        lines = [" ".join(one.split()) for one in self.cleaned_data["jurors"].splitlines()]
        names = list(dict.fromkeys(one for one in lines if one))
        if long := next((one for one in names if len(one) > LONGEST_NAME), None):
            text = _("“%(start)s …” is too long for a name or a role. Write one to a line.")
            raise forms.ValidationError(text % {"start": long[:40]})
        return names


class DeclarationForm(forms.ModelForm[ConflictOfInterest]):
    """What somebody who chose declared."""

    class Meta:
        model = ConflictOfInterest
        fields = ["juror", "none", "interest", "declared_on"]
        widgets = {"declared_on": date_input()}
        help_texts = {
            "interest": gettext_lazy("For example: worked there until 2024; did not vote."),
        }

    def __init__(self, *args: Any, call: Call | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_juror(self) -> str:
        juror: str = self.cleaned_data["juror"]
        declared = ConflictOfInterest.objects.filter(call=self.call, declared_on__isnull=False)
        if declared.filter(juror=juror).exists():
            raise forms.ValidationError(_("A declaration of this juror is in the list already."))
        return juror

    def clean_declared_on(self) -> dt.date:
        return not_in_future(self.cleaned_data["declared_on"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("none")) == bool(values.get("interest")):
            self.add_error("interest", _("Say which interest there is, or that there is none."))
        return values


class ClauseForm(forms.Form):
    """One thing that the agreement has to settle."""

    settled = forms.TypedChoiceField(
        label=gettext_lazy("In the agreement"),
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            ("", gettext_lazy("Not known yet")),
        ],
        required=False,
        empty_value="",
        widget=forms.RadioSelect,
    )
    where = forms.CharField(
        label=gettext_lazy("Where (number of the clause)"), max_length=160, required=False
    )
    missing_reason = forms.CharField(
        label=gettext_lazy("Why it is missing"),
        max_length=500,
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy("Only where it is. Everybody reads it."),
    )
    task_text = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=300,
        required=False,
        widget=text_area(2),
    )
    task_owner = forms.CharField(
        label=gettext_lazy("Who does it (a role)"), max_length=160, required=False
    )
    task_due_on = forms.DateField(
        label=gettext_lazy("Until when"), required=False, widget=date_input()
    )
    task_every_year = forms.TypedChoiceField(
        label=gettext_lazy("How often"),
        choices=[
            ("once", gettext_lazy("Once")),
            ("yearly", gettext_lazy("Every year until the pilot ends")),
        ],
        required=False,
        coerce=lambda word: word == "yearly",
        empty_value=None,
    )
    no_task_reason = forms.CharField(
        label=gettext_lazy("Why no dated task follows"),
        max_length=500,
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy("Only where none does. Everybody reads it."),
    )

    def __init__(
        self,
        data: Any,
        *,
        pilot: Pilot,
        code: str,
        initial: dict[str, Any],
        obligation: Obligation,
    ) -> None:
        super().__init__(data, prefix=code, initial=initial)
        self.pilot = pilot
        self.code = code
        self.title = str(ClauseCode(code).label)
        self.obligation = obligation
        for name in ("settled", "where", "missing_reason"):
            self.fields[name].depends = True  # type: ignore[attr-defined]
        if obligation.tasks:
            for name in TASK_FIELDS:
                del self.fields[name]

    @property
    def task_is_wrong(self) -> bool:
        """Whether something about the task has to be mended: then it is unfolded."""
        return any(name in self.errors for name in TASK_FIELDS) or not self.obligation.answered

    @property
    def answer(self) -> str:
        """What is ticked: ``yes``, ``no``, or nothing."""
        return str(self["settled"].value() or "")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        settled = values.get("settled")
        if settled == "yes" and not values.get("where"):
            self._wrong("where", _("Say where in the agreement it stands."))
        if settled == "no" and not letters(values.get("missing_reason") or ""):
            self._wrong("missing_reason", _("Say in public why it is missing."))
        if not settled and (values.get("where") or values.get("missing_reason")):
            self._wrong("settled", _("Say whether it is in the agreement."))
        if values.get("no_task_reason") and not letters(values["no_task_reason"]):
            self._wrong("no_task_reason", _("Say why. Everybody reads it."))
        removal_day = values.get("task_due_on") if self.code == ClauseCode.REMOVAL else None
        if late := why_not_so_late(self.pilot, removal_day):
            self._wrong("task_due_on", late)
        return values

    def _wrong(self, name: str, words: str) -> None:
        """Say also of which of the seven things: the summary stands far above it."""
        self.add_error(name, f"{self.title}: {words}")


class AgreementForm:
    """The checklist: one small form for each of the seven things."""

    def __init__(self, data: Any, pilot: Pilot) -> None:
        kept = {clause.code: clause for clause in Clause.objects.filter(pilot=pilot)}
        self.clauses = [
            ClauseForm(
                data, pilot=pilot, code=code, initial=_start(kept.get(code), one), obligation=one
            )
            for code, one in obligations_of(pilot).items()
        ]
        self.first_open = next((form for form in self.clauses if not form.answer), None)
        self.answered = sum(bool(form.answer) for form in self.clauses)

    def __iter__(self) -> Iterator[ClauseForm]:
        return iter(self.clauses)

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.clauses]
        return all(checked)

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return what was answered: code → fields of the clause."""
        return {
            form.code: {**form.cleaned_data, "settled": form.cleaned_data["settled"] == "yes"}
            for form in self.clauses
        }


def _start(clause: Clause | None, task: Obligation) -> dict[str, Any]:
    follows = {
        "task_text": task.text,
        "task_owner": task.owner,
        "task_due_on": next(iter(task.days), None),
        "task_every_year": "yearly" if task.every_year else "once",
        "no_task_reason": task.reason,
    }
    if clause is None:
        return follows
    known = clause.settled or clause.missing_reason
    settled = ("yes" if clause.settled else "no") if known else ""
    return {
        "settled": settled,
        "where": clause.where,
        "missing_reason": clause.missing_reason,
        **follows,
    }


def today_first() -> dict[str, dt.date]:
    """Return what the forms with a day start with."""
    today = timezone.localdate()
    return {"chosen_on": today, "declared_on": today, "done_on": today}
