"""What can be downloaded: the averages, the estimate, and a notebook that runs it again."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, partnership_page

from ..notebook import notebook, runs_again
from ..panel_file import panel_csv
from .common import attachment, stored_of

_CSV = "text/csv; charset=utf-8"


@partnership_page
@require_GET
def panel_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the averages from which the estimate was computed."""
    panel = stored_of(partnership, pilot).result["panel"]
    if panel is None:
        raise Http404
    return attachment(panel_csv(panel), _CSV, f"panel-{partnership.slug}-{pilot}.csv")


@partnership_page
@require_GET
def unmoved_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the averages of what should not move."""
    stored = stored_of(partnership, pilot)
    panel = stored.result["context"]["unmoved_panel"]
    if panel is None or stored.result["panel"] is None:
        raise Http404
    return attachment(panel_csv(panel), _CSV, f"unmoved-{partnership.slug}-{pilot}.csv")


@partnership_page
@require_GET
def estimate_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send the estimate with everything that it says of itself."""
    stored = stored_of(partnership, pilot)
    record = {key: value for key, value in stored.result.items() if key != "panel"}
    record |= {"computed_at": stored.computed_at.isoformat(), "readings": stored.readings}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    return attachment(text, "application/json", f"estimate-{partnership.slug}-{pilot}.json")


@partnership_page
@require_GET
def notebook_download(
    request: PartnershipRequest, partnership: Partnership, pilot: int
) -> HttpResponse:
    """Send a notebook that runs the estimate again from the file of averages."""
    stored = stored_of(partnership, pilot)
    if not runs_again(stored.result):
        raise Http404
    name = f"{partnership.slug}-{pilot}"
    text = json.dumps(notebook(stored, name), ensure_ascii=False, indent=1)
    return attachment(text, "application/x-ipynb+json", f"estimate-{name}.ipynb")
