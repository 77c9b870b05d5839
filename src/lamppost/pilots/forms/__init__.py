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
from .outcome import ChangeForm, DecisionForm, GateForm
from .planning import PlanForm
from .sites import LotForm, SiteForm, SitesForm

__all__ = [
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
    "TellMeForm",
    "WordsForm",
]
