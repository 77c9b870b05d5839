"""How a pilot ends, and what each of the five groups said of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lamppost.stakeholders.models import Group, Stakeholder

from .pilot import Pilot


class Decision(models.Model):
    """How the pilot ends."""

    class Kind(models.TextChoices):
        """Scaling is three different things (van Winden and van den Buuse 2017)."""

        ROLL_OUT = "rollout", _("scale: roll out everywhere")
        EXPAND = "expand", _("scale: expand to more places")
        REPLICATE = "replicate", _("scale: replicate elsewhere")
        ADAPT = "adapt", _("adapt")
        STOP = "stop", _("stop")

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="decision")
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    reason = models.TextField(_("why"), max_length=3000)
    decided_by = models.CharField(_("who decided"), max_length=160)
    decided_on = models.DateField(_("when"))
    next_step = models.CharField(_("what happens next"), max_length=500, blank=True)
    second_year = models.CharField(_("who pays from now on"), max_length=300, blank=True)
    # Where what is bought differs from what was piloted: why, and who signed that.
    difference_reason = models.CharField(
        _("why something else is bought than was piloted"), max_length=1000, blank=True
    )
    # Of a stop that could not wait: why some of the five groups were not asked before.
    unheard_reason = models.CharField(
        _("why they were not asked before it was stopped"), max_length=500, blank=True
    )
    difference_signed_by = models.CharField(_("who signed that"), max_length=160, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    @property
    def scales(self) -> bool:
        """Whether more people get it from now on."""
        return self.kind in (self.Kind.ROLL_OUT, self.Kind.EXPAND, self.Kind.REPLICATE)


class GroupView(models.Model):
    """What one of the five groups said about how the pilot should end; or that nobody answered."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="group_views")
    group = models.CharField(_("group"), max_length=12, choices=Group.choices)
    text = models.TextField(_("what they say"), max_length=2000)
    said_by = models.CharField(_("who said it (a role or an organisation)"), max_length=160)
    said_on = models.DateField(_("when"))
    # False: the text says why nobody of the group was heard; everybody can read it.
    heard = models.BooleanField(_("somebody of this group was heard"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pilot", "group"], name="pilots_group_view_once"),
            models.CheckConstraint(condition=~Q(text=""), name="pilots_group_view_says_something"),
        ]


class EndingView(models.Model):
    """What an organisation itself says of how this pilot should end; nobody else writes here."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="ending_views")
    stakeholder = models.ForeignKey(
        Stakeholder, on_delete=models.CASCADE, related_name="ending_views"
    )
    text = models.TextField(_("how should this pilot end, and why"), max_length=3000)
    language = models.CharField(_("language"), max_length=12, default="en")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["stakeholder__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "stakeholder"], name="pilots_one_view_of_an_organisation"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="pilots_ending_view_says_something"),
        ]
