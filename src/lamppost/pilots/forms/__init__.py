"""Forms of pilots."""

from .feedback import FilterForm, PaperForm, WordsForm
from .outcome import ChangeForm, DecisionForm, GateForm
from .planning import PlanForm
from .sites import LotForm, SiteForm, SitesForm

__all__ = [
    "ChangeForm",
    "DecisionForm",
    "FilterForm",
    "GateForm",
    "LotForm",
    "PaperForm",
    "PlanForm",
    "SiteForm",
    "SitesForm",
    "WordsForm",
]
