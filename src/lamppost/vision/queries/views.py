"""Reads of organisations' own views."""

from __future__ import annotations

from lamppost.accounts.models import Partnership
from lamppost.stakeholders.models import Stakeholder

from ..models import OrganisationView


def views_on(partnership: Partnership, subject: str) -> list[OrganisationView]:
    """Return what organisations say of the vision or the decision, by name."""
    return list(
        OrganisationView.objects.filter(partnership=partnership, subject=subject)
        .select_related("stakeholder")
        .order_by("stakeholder__name", "pk")
    )


def own_view(stakeholder: Stakeholder, subject: str) -> OrganisationView | None:
    """Return what this organisation has said of the subject, or None."""
    return OrganisationView.objects.filter(stakeholder=stakeholder, subject=subject).first()
