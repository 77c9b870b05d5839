"""Forms of pilots."""

from .feedback import (
    ExactPlaceForm,
    FilterForm,
    OutcomeForm,
    OwnerForm,
    PaperForm,
    RowsFormSet,
    SheetsForm,
    TellMeForm,
    WordsForm,
)
from .outcome import AnswerForm, ChangeForm, DecisionForm, GateForm
from .planning import PlanForm
from .site_files import SitesForm
from .sites import AreasForm, LotForm, SiteForm, StepsForm

__all__ = [
    "AnswerForm",
    "AreasForm",
    "ChangeForm",
    "DecisionForm",
    "ExactPlaceForm",
    "FilterForm",
    "GateForm",
    "LotForm",
    "OutcomeForm",
    "OwnerForm",
    "PaperForm",
    "PlanForm",
    "RowsFormSet",
    "SheetsForm",
    "SiteForm",
    "SitesForm",
    "StepsForm",
    "TellMeForm",
    "WordsForm",
]
