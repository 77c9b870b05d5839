"""The plan of a pilot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lamppost.accounts.models import Partnership
from lamppost.vision.models import Goal, Indicator

from ..actions.planning import FROZEN_DAYS, frozen_on, said_at_first
from ..actions.taking_over import Taken
from ..models import GateKind, Pilot
from ..playbooks import playbook_of
from ..queries.offered import offered_indicators, offered_questions
from ..queries.pulse import MOST_QUESTIONS
from ..queries.site_question import usual_question
from ..signed import REOPENING, SIGNED, keeps_indicators, signed_names
from .widgets import date_input, rows_for, text_area


@dataclass(frozen=True)
class Section:
    """A group of fields with its heading.

    Attributes
    ----------
    lead
        One sentence on what it is for; empty where the heading says it.
    folded
        Closed at first: it may wait.
    check
        The playbook has filled in what is signed later: it asks to be read.
    """

    title: str | Promise
    names: tuple[str, ...]
    lead: str | Promise = ""
    folded: bool = False
    check: bool = False


SECTIONS: tuple[Section, ...] = (
    Section(gettext_lazy("The problem"), ("title", "problem", "owner_department", "stop_rule")),
    Section(gettext_lazy("How we will know"), ("main_indicator",)),
    Section(
        gettext_lazy("What the playbook offers"),
        ("take_indicators", "goal", "new_goal", "take_questions"),
        gettext_lazy("Tick what you take over. Everything can be changed or taken out later."),
    ),
    Section(
        gettext_lazy("What else of the vision is measured"), ("other_indicators",), folded=True
    ),
    Section(gettext_lazy("The technology"), ("technology", "company")),
    Section(
        gettext_lazy("What the notice at every site says"),
        ("purpose", "measured_data", "personal_data", "recipients", "retention", "contact"),
        gettext_lazy("The playbook filled this in. The gate “Data protection” signs it."),
        check=True,
    ),
    Section(
        gettext_lazy("When"),
        (
            "baseline_starts_on",
            "baseline_weeks",
            "technology_starts_on",
            "ends_on",
            "why_moved",
            "removal_days",
            "decision_due_on",
            "why_later",
            "results_due_on",
        ),
        gettext_lazy("Dates may wait, but for the decision: the first gate asks for its day."),
    ),
    Section(
        gettext_lazy("Comparison"),
        ("no_comparison_reason",),
        gettext_lazy("Only for a pilot without comparison sites."),
        folded=True,
    ),
    Section(
        gettext_lazy("What residents say"),
        ("site_question", "feedback_read", "city_number"),
        gettext_lazy("Stands on the page of every site: it is no emergency line."),
    ),
    Section(
        gettext_lazy("After the pilot"),
        ("second_year",),
        gettext_lazy("Asked now and once more when it is decided."),
    ),
    Section(
        gettext_lazy("Does it run already?"),
        ("runs_since",),
        gettext_lazy("Then the gates before the technology read “not recorded”."),
        folded=True,
    ),
)
MOST_WEEKS, MOST_DAYS = 156, 730
# When a decision is due where nobody says another day: about a year from the start.
DAYS_TO_DECIDE = 364


@dataclass(frozen=True)
class ShownSection:
    """A section with its fields, as the page shows it."""

    section: Section
    fields: list[BoundField]
    open: bool
    check: bool = False


class IndicatorChoice(forms.ModelChoiceField[Indicator]):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.name} ({obj.unit})"


class IndicatorChoices(forms.ModelMultipleChoiceField[Indicator]):
    def label_from_instance(self, obj: Indicator) -> str:
        return f"{obj.name} ({obj.unit})"


class PlanForm(forms.ModelForm[Pilot]):
    """Everything about a pilot that is planned; what a passed gate signed cannot be changed."""

    main_indicator = IndicatorChoice(
        Indicator.objects.none(),
        required=False,
        label=gettext_lazy("Main indicator"),
        help_text=gettext_lazy("The promise of this pilot. The first gate asks for it."),
    )
    other_indicators = IndicatorChoices(
        Indicator.objects.none(),
        required=False,
        label=gettext_lazy("Other indicators"),
        widget=forms.CheckboxSelectMultiple,
    )
    take_indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Its indicators, with unit and direction"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The first is the main one, where you choose none above."),
    )
    goal = forms.ModelChoiceField(
        Goal.objects.none(),
        required=False,
        label=gettext_lazy("Goal of the vision that these indicators serve"),
        help_text=gettext_lazy("Needed as soon as one of them is ticked."),
    )
    new_goal = forms.CharField(
        label=gettext_lazy("Goal that these indicators serve"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("There is none yet. It becomes the first goal of the vision."),
    )
    take_questions = forms.MultipleChoiceField(
        label=gettext_lazy("Its questions for the pulse"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Asked before and after, at pilot and comparison sites."),
    )
    why_later = forms.CharField(
        label=gettext_lazy("Why the day of the decision moves"),
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text=gettext_lazy(
            "Only when it does. Everybody reads it, beside the day that was set first."
        ),
    )
    why_moved = forms.CharField(
        label=gettext_lazy("Why start or end move"),
        max_length=300,
        required=False,
        widget=text_area(2),
    )
    runs_since = forms.DateField(
        label=gettext_lazy("Technology on since"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("Only when it runs already. The next page says what follows."),
    )

    class Meta:
        model = Pilot
        fields = [
            "title",
            "problem",
            "owner_department",
            "stop_rule",
            "technology",
            "company",
            "purpose",
            "measured_data",
            "personal_data",
            "recipients",
            "retention",
            "contact",
            "baseline_starts_on",
            "baseline_weeks",
            "technology_starts_on",
            "ends_on",
            "removal_days",
            "decision_due_on",
            "results_due_on",
            "no_comparison_reason",
            "site_question",
            "feedback_read",
            "city_number",
            "second_year",
        ]
        widgets = {
            "problem": text_area(),
            "stop_rule": text_area(2),
            "purpose": text_area(2),
            "measured_data": text_area(2),
            "recipients": text_area(2),
            "no_comparison_reason": text_area(2),
            "baseline_starts_on": date_input(),
            "technology_starts_on": date_input(),
            "ends_on": date_input(),
            "decision_due_on": date_input(),
            "results_due_on": date_input(),
        }
        help_texts = {
            "owner_department": gettext_lazy("Who in the city has this problem to solve."),
            "stop_rule": gettext_lazy(
                "Agreed before the start, so that nobody argues later. The first gate asks for it."
            ),
            "technology": gettext_lazy("Exactly what is tried, with model and version."),
            "recipients": gettext_lazy("Every office and company that gets readings."),
            "baseline_weeks": gettext_lazy("The technology waits for as many weeks of readings."),
            "removal_days": gettext_lazy("After the end, when it is stopped."),
            "ends_on": gettext_lazy("Once notices hang, residents are told when it moves."),
            "results_due_on": gettext_lazy("Public from the start, whatever comes out."),
            "site_question": gettext_lazy(
                "People answer better, the same or worse. Once the notices are signed it stays "
                "the same, so that all answers are about one question."
            ),
            "feedback_read": gettext_lazy(
                "For example: on working days, from 9 to 17. The notices say it, so their gate "
                "asks for it."
            ),
            "city_number": gettext_lazy("Whom residents call when something is broken."),
            "second_year": gettext_lazy(
                "Many pilots end because nobody asked this in time. The first gate asks for it."
            ),
            "contact": gettext_lazy("An office and its number or address, no person's name."),
            "baseline_starts_on": gettext_lazy(
                "Early enough to see how it is there without the technology. Readings count from "
                "the day of the gate “Measuring starts”."
            ),
            "decision_due_on": gettext_lazy("Public from the start. Being late is public too."),
            "no_comparison_reason": gettext_lazy(
                "Only when there is none. Without comparison sites nobody can tell what the "
                "technology changed."
            ),
        }

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Indicator.objects.filter(goal__partnership=partnership).select_related("goal")
        for name in ("main_indicator", "other_indicators"):
            self.fields[name].queryset = known  # type: ignore[attr-defined]
        self.has_indicators = known.exists()
        self.passed: set[str] = set()
        for name, least, most in (
            ("baseline_weeks", 1, MOST_WEEKS),
            ("removal_days", 0, MOST_DAYS),
        ):
            self.fields[name].required = False
            label = str(self.fields[name].label)
            limit = _("Give a number from {low} to {high}.").format(low=least, high=most)
            said = f"{label}: {limit}"
            limits = MinValueValidator(least, said), MaxValueValidator(most, said)
            self.fields[name].validators += limits
        if self.instance.pk:
            del self.fields["runs_since"]
            self._start_from(self.instance)
        self._ask_as_usual()
        self._dated()
        self._offer(partnership)
        self._hints(playbook_of(self.instance.playbook))

    def _ask_as_usual(self) -> None:
        """Show what is asked where nothing of its own is stored; what was signed stays empty."""
        if not self.initial.get("site_question") and GateKind.DISCLOSURE not in self.passed:
            self.initial["site_question"] = self._usual_question()

    def _usual_question(self) -> str:
        return usual_question(self.instance.partnership, self.instance.playbook)

    def _dated(self) -> None:
        """Ask why the day of the decision moves, once it was set with the first gate."""
        was_set = GateKind.PROBLEM in self.passed and self.instance.decision_due_on is not None
        if not was_set or self.fields["decision_due_on"].disabled:
            del self.fields["why_later"]
        self.frozen_days = _frozen_days(self.instance)
        if not any(not self.fields[name].disabled for name in self.frozen_days):
            self.frozen_days = ()
            del self.fields["why_moved"]
            return
        self.fields["why_moved"].help_text = _(
            "The evaluation plan was frozen with these days, and the verdict goes by them. Only "
            "when one moves: everybody reads it, beside the plan."
        )

    def _offer(self, partnership: Partnership) -> None:
        """Offer what the playbook has and nobody took over yet."""
        pilot = self.instance
        directions = dict(Indicator.Direction.choices)
        indicators = [
            (one.code, f"{one.name} ({one.unit}), {directions[one.direction]}")
            for one in offered_indicators(partnership, pilot.playbook)
        ]
        goals = Goal.objects.filter(partnership=partnership)
        self.fields["goal"].queryset = goals  # type: ignore[attr-defined]
        if len(goals) == 1:
            self.initial["goal"] = goals[0].pk
        fixed = pilot.pk and pilot.gates.filter(kind=GateKind.MEASURING).exists()
        gone = [] if goals else ["goal"]
        if goals:
            self.fields["new_goal"].label = _("Or a new goal of the vision")
            self.fields["new_goal"].help_text = _("Only where none of them fits.")
        if fixed or not indicators:
            gone += ["take_indicators", "goal", "new_goal"]
        questions = [] if fixed else offered_questions(pilot)
        self.fields["take_indicators"].choices = indicators  # type: ignore[attr-defined]
        self.fields["take_questions"].choices = questions  # type: ignore[attr-defined]
        for name in {*gone, *(() if questions else ("take_questions",))}:
            del self.fields[name]

    def _start_from(self, pilot: Pilot) -> None:
        chosen = list(pilot.pilot_indicators.all())
        self.initial["main_indicator"] = next((c.indicator_id for c in chosen if c.is_main), None)
        self.initial["other_indicators"] = [c.indicator_id for c in chosen if not c.is_main]
        passed = self.passed = set(pilot.gates.values_list("kind", flat=True))
        late = pilot.joined_late_on is not None
        for kind in (one for one in GateKind.values if one in passed):
            for name in signed_names(kind, joined_late=late):
                if name in self.fields:
                    self._signed(name, GateKind(kind))
        self._signed_indicators(passed)

    def _signed(self, name: str, kind: GateKind) -> None:
        """Say what to change a signed field would mean; some open their gate by being changed."""
        if name in REOPENING:
            if name in SIGNED[GateKind.DATA_PROTECTION] and kind == GateKind.DISCLOSURE:
                return  # said already: it opens both
            text = _(
                "Signed with the gate “%(gate)s”. If you change it, that gate is signed again."
            )
        else:
            text = _("Signed with the gate “%(gate)s”. Open that gate again to change it.")
            self.fields[name].disabled = True
        self.fields[name].help_text = text % {"gate": kind.label}

    def _signed_indicators(self, passed: Collection[str]) -> None:
        """More may be measured only when data protection is signed for it."""
        held = keeps_indicators(passed)
        if held:
            self._signed("main_indicator", held)
        if GateKind.DATA_PROTECTION in passed:
            text = _("If you add one, the gate “%(gate)s” is signed again.")
            said = text % {"gate": GateKind.DATA_PROTECTION.label}
            if held:
                said = f"{said} {_('None is taken out while it is measured.')}"
            self.fields["other_indicators"].help_text = said

    def _hints(self, playbook: Any) -> None:
        stop_rule = str(self["stop_rule"].value() or "")
        self.fields["stop_rule"].widget.attrs["rows"] = rows_for(stop_rule, least=2)
        if not playbook.problem_prompts or self.fields["problem"].disabled:
            return
        if self.instance.pk:
            text = " ".join(str(prompt) for prompt in playbook.problem_prompts)
        else:
            text = _("The playbook asks; write what residents say below each question.")
        self.fields["problem"].help_text = text
        shown = str(self["problem"].value() or "")
        self.fields["problem"].widget.attrs["rows"] = rows_for(shown)

    def sections(self) -> list[ShownSection]:
        """Return the fields in groups; a group with an error, or with an answer, is open."""
        shown = []
        for section in SECTIONS:
            fields = [self[name] for name in section.names if name in self.fields]
            if section.names == ("other_indicators",) and not self.has_indicators:
                continue  # nothing to tick
            if fields:
                to_see = any(field.errors or field.value() for field in fields)
                check = section.check and GateKind.DATA_PROTECTION not in self.passed
                shown.append(ShownSection(section, fields, to_see or not section.folded, check))
        return shown

    def carried(self) -> list[str]:
        """Return the fields as hidden ones, for a page that asks once more."""
        names = (name for name, field in self.fields.items() if not field.disabled)
        return [self[name].as_hidden() for name in names]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for earlier, later, message in _ORDER:
            first, second = values.get(earlier), values.get(later)
            if first and second and second <= first:
                self.add_error(later, message)
        if values.get("take_indicators") and not (values.get("goal") or values.get("new_goal")):
            name = "goal" if "goal" in self.fields else "new_goal"
            self.add_error(name, _("Say which goal the indicators serve."))
        moved = "why_later" in self.fields and "decision_due_on" in self.changed_data
        if moved and values.get("decision_due_on") and not values.get("why_later"):
            self.add_error("why_later", _("Say why the day moves. Everybody reads it."))
        for name in self.frozen_days:
            if name in self.changed_data and not values.get("why_moved"):
                self.add_error("why_moved", _("Say why the day moves. Everybody reads it."))
                break
        self._few_questions(values.get("take_questions") or ())
        first = values.get("main_indicator") or values.get("take_indicators")
        if values.get("other_indicators") and not first:
            self.add_error("main_indicator", _("Choose which indicator is the main one."))
        return values

    def _few_questions(self, ticked: Sequence[str]) -> None:
        asked = self.instance.pulse_questions.count() if self.instance.pk else 0
        if ticked and asked + len(ticked) > MOST_QUESTIONS:
            text = _("At most %(most)d questions are asked. Tick fewer.")
            self.add_error("take_questions", text % {"most": MOST_QUESTIONS})

    def clean_site_question(self) -> str:
        """Return the question; where it was emptied, the playbook's."""
        given = str(self.cleaned_data["site_question"])
        return given or (self._usual_question() if self.initial.get("site_question") else "")

    def clean_problem(self) -> str:
        problem = str(self.cleaned_data["problem"])
        asked = problem_asked(self.instance)
        if asked and problem.split() == asked.split():
            raise forms.ValidationError(
                _("These are the playbook's questions. Write what residents say.")
            )
        return problem

    def taken(self) -> Taken:
        """Return what was ticked of the playbook."""
        values = self.cleaned_data
        new_goal = values.get("new_goal", "")
        indicators = values.get("take_indicators", ())
        first = bool(indicators) and not values.get("main_indicator")
        return Taken(
            indicators=indicators,
            questions=[int(place) for place in values.get("take_questions", ())],
            goal=None if new_goal else values.get("goal"),
            new_goal=new_goal,
            besides=list(values["other_indicators"]) if first else (),
        )

    def plan(self) -> dict[str, Any]:
        """Return the fields of `Pilot`."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        fresh = Pilot()
        for name in ("baseline_weeks", "removal_days"):
            if values[name] is None:
                values[name] = getattr(fresh, name)
        return values

    def indicators(self) -> list[Indicator]:
        """Return the chosen indicators, the main one first.

        None where the main one is to be the playbook's: `taken` has the others then.
        """
        main = self.cleaned_data.get("main_indicator")
        others = [one for one in self.cleaned_data["other_indicators"] if one != main]
        return [main, *others] if main else []

    def validate_constraints(self) -> None:
        """The order of dates is checked above, each beside its field."""


_ORDER = (
    (
        "baseline_starts_on",
        "technology_starts_on",
        gettext_lazy("The technology starts after measuring does. Give a later date."),
    ),
    (
        "technology_starts_on",
        "ends_on",
        gettext_lazy("A pilot ends after its technology is on. Give a later date."),
    ),
    (
        "technology_starts_on",
        "decision_due_on",
        gettext_lazy("The decision is due after the technology is on. Give a later date."),
    ),
    (
        "technology_starts_on",
        "results_due_on",
        gettext_lazy("Results come after the technology is on. Give a later date."),
    ),
)


def _frozen_days(pilot: Pilot) -> tuple[str, ...]:
    """Return the fields with days that the frozen evaluation plan of a pilot holds."""
    if not pilot.pk or frozen_on(pilot) is None:
        return ()
    return tuple(name for name in FROZEN_DAYS if getattr(pilot, name) is not None)


def problem_asked(pilot: Pilot) -> str:
    """Return the playbook's questions about the problem, as a new plan starts with them."""
    with override(pilot.partnership.language):
        return _problem_asked(pilot.playbook)


def _problem_asked(code: str) -> str:
    return "\n\n".join(str(prompt) for prompt in playbook_of(code).problem_prompts)


def start_values(partnership: Partnership, code: str) -> dict[str, Any]:
    """Return what a new pilot's form is filled with, in the partnership's language.

    The city's number is as with its newest pilot. Who reads residents' words, and when, is another
    matter with each pilot: that stays empty.
    """
    playbook = playbook_of(code)
    newest = Pilot.objects.filter(partnership=partnership).order_by("-pk").first()
    with override(partnership.language):
        return {
            **said_at_first(partnership, code),
            "title": str(playbook.title),
            "problem": _problem_asked(code) or partnership.problem,
            "stop_rule": "\n".join(str(rule) for rule in playbook.stop_rules),
            "city_number": newest.city_number if newest else "",
            "decision_due_on": timezone.localdate() + dt.timedelta(DAYS_TO_DECIDE),
        }
