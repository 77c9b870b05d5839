"""The five stakeholder groups, and which role belongs to which of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .roles import Role


class Group(models.TextChoices):
    """The five stakeholder groups."""

    MUNICIPAL = "municipal", _("Municipal leaders")
    COMMUNITY = "community", _("Community organisations")
    COMPANY = "company", _("Technology companies")
    ACADEMIC = "academic", _("Academics and researchers")
    RESIDENT = "resident", _("Residents")


# Who joins without having chosen a group: observers watch and are of none.
GROUP_OF_ROLE: dict[str, Group] = {
    Role.LEAD: Group.MUNICIPAL,
    Role.FACILITATOR: Group.MUNICIPAL,
    Role.ANALYST: Group.ACADEMIC,
    Role.ORGANISATION: Group.COMMUNITY,
    Role.COMPANY: Group.COMPANY,
    Role.RESEARCHER: Group.ACADEMIC,
}

# These say by their name of which group somebody is.
ROLES_OF_ONE_GROUP = frozenset({Role.ORGANISATION, Role.COMPANY})

# The role that the invitation form offers first for each group.
ROLE_OF_GROUP: dict[str, Role] = {
    Group.MUNICIPAL: Role.FACILITATOR,
    Group.COMMUNITY: Role.ORGANISATION,
    Group.COMPANY: Role.COMPANY,
    Group.ACADEMIC: Role.RESEARCHER,
    Group.RESIDENT: Role.OBSERVER,
}
