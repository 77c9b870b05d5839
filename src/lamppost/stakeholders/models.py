"""People and organisations, the five groups, targets, and reasons for going on without a group."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.groups import Group as Group
from lamppost.accounts.models import Membership, Partnership


class Stakeholder(models.Model):
    """A person or an organisation with a stake in the problem."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Contact(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        POST = "post", _("Post")
        PERSON = "in_person", _("In person")
        NONE = "none", _("Does not wish to be contacted")

    class Status(models.TextChoices):
        KNOWN = "known", _("Known, not asked yet")
        INVITED = "invited", _("Invited")
        TAKING_PART = "taking_part", _("Takes part")
        LEFT = "left", _("No longer takes part")

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="stakeholders"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=120)
    group = models.CharField(_("group"), max_length=12, choices=Group.choices)
    organisation = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
        verbose_name=_("organisation"),
    )
    membership = models.OneToOneField(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="stakeholder"
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.KNOWN
    )
    influence = models.PositiveSmallIntegerField(
        _("influence"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    interest = models.PositiveSmallIntegerField(
        _("interest"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    concerns = models.TextField(_("concerns"), max_length=2000, blank=True)
    contact_preference = models.CharField(
        _("how to reach them"), max_length=10, choices=Contact.choices, default=Contact.EMAIL
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    neighbourhood = models.CharField(_("neighbourhood"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["partnership", "group"])]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name", "group", "kind"],
                name="stakeholders_one_of_a_name",
                violation_error_message=_("Somebody of this name is in this group already."),
            ),
            models.CheckConstraint(
                condition=models.Q(influence__range=(1, 5), interest__range=(1, 5)),
                name="stakeholders_one_to_five",
            ),
            models.CheckConstraint(
                condition=models.Q(group__in=Group.values), name="stakeholders_group_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """How many of a group or neighbourhood should take part."""

    class Dimension(models.TextChoices):
        GROUP = "group", _("group")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="targets")
    dimension = models.CharField(_("of"), max_length=15, choices=Dimension.choices)
    value = models.CharField(_("which"), max_length=80)
    count = models.PositiveIntegerField(_("how many at least"))

    class Meta:
        ordering = ["dimension", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "dimension", "value"], name="stakeholders_one_target_each"
            ),
        ]


class EmptyGroupReason(models.Model):
    """Why the partnership goes on although nobody of a group takes part."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="empty_group_reasons"
    )
    group = models.CharField(max_length=12, choices=Group.choices)
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["group"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "group"], name="stakeholders_one_reason_per_group"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="stakeholders_reason_not_empty"
            ),
        ]
