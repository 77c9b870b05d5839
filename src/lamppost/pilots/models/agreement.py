"""Call, selection and agreement. Lamppost keeps the record; it is no procurement system."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .pilot import Pilot


def call_file(call: Call, name: str) -> str:
    """Return where a call's document is kept: a random name below the pilot."""
    ending = name.rsplit(".", 1)[-1].lower()[:5]
    return f"calls/{call.pilot_id}/{uuid.uuid4().hex}.{ending}"


class Call(models.Model):
    """The open call: its document, its criteria, and who chose."""

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="call")
    link = models.URLField(_("address of the call"), max_length=400, blank=True)
    document = models.FileField(_("document"), upload_to=call_file, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    criteria = models.TextField(
        _("criteria, one to a line, with their weights"), max_length=4000, blank=True
    )
    # Criteria are fixed when the call opens: SHA-256 of them.
    criteria_sha256 = models.CharField(max_length=64, blank=True)
    # When they were written down as they stand; after the opening day only when entered late.
    criteria_fixed_at = models.DateTimeField(null=True, blank=True)
    no_call_reason = models.CharField(_("why there was no open call"), max_length=500, blank=True)
    chosen_on = models.DateField(_("chosen on"), null=True, blank=True)
    chosen_by = models.CharField(_("who chose"), max_length=300, blank=True)
    chosen_why = models.TextField(_("why"), max_length=3000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True)
                | Q(opened_on__isnull=False, closes_on__gte=F("opened_on")),
                name="pilots_call_closes_after_opening",
                violation_error_message=_("A call closes after it opens."),
            ),
        ]


class PastCall(models.Model):
    """A call that was withdrawn after it had opened: what it asked for, and why it was."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="past_calls")
    link = models.URLField(max_length=400, blank=True)
    document = models.FileField(upload_to=call_file, blank=True)
    opened_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    criteria = models.TextField(max_length=4000, blank=True)
    criteria_sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField()
    reason = models.CharField(_("why it was withdrawn (public)"), max_length=500)

    class Meta:
        ordering = ["-withdrawn_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="pilots_withdrawn_call_has_a_reason"
            ),
        ]


class Bid(models.Model):
    """Who offered, for how much, and whether they were chosen."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="bids")
    organisation = models.CharField(_("who offered"), max_length=160)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    score = models.CharField(_("score"), max_length=60, blank=True)
    chosen = models.BooleanField(_("chosen"), default=False)
    reason = models.CharField(_("why, or why not"), max_length=500, blank=True)

    class Meta:
        ordering = ["-chosen", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"],
                name="pilots_bid_once",
                violation_error_message=_("This organisation's offer is in the list already."),
            ),
            models.UniqueConstraint(
                fields=["call"], condition=Q(chosen=True), name="pilots_one_bid_is_chosen"
            ),
        ]


def declaration_file(declaration: ConflictOfInterest, name: str) -> str:
    """Return where a scan is kept: a random name below the pilot."""
    ending = name.rsplit(".", 1)[-1].lower()[:5]
    return f"declarations/{declaration.call.pilot_id}/{uuid.uuid4().hex}.{ending}"


class ConflictOfInterest(models.Model):
    """Somebody who chose, and what they declared: an interest, or that there is none.

    Whoever is named declares themselves, by a link that works once or on paper, or tells the lead.
    """

    class How(models.TextChoices):
        TOLD = "told", _("told to the lead")
        LINK = "link", _("by a single-use link")
        SCAN = "scan", _("on paper, scanned")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="declarations")
    juror = models.CharField(_("who (a role is enough)"), max_length=160)
    none = models.BooleanField(_("has no interest in any offer"), default=False)
    interest = models.CharField(_("which interest, and what followed"), max_length=500, blank=True)
    # Empty while it is waited for.
    declared_on = models.DateField(_("declared on"), null=True, blank=True)
    how = models.CharField(max_length=8, choices=How.choices, default=How.TOLD)
    # Of whoever declared by a link.
    signed_name = models.CharField(max_length=120, blank=True)
    scan = models.FileField(upload_to=declaration_file, blank=True)
    missing_reason = models.CharField(
        _("why there is no declaration (public)"), max_length=500, blank=True
    )

    class Meta:
        ordering = ["juror"]
        constraints = [
            models.UniqueConstraint(fields=["call", "juror"], name="pilots_juror_once"),
            models.CheckConstraint(
                condition=Q(none=True, interest="", declared_on__isnull=False, missing_reason="")
                | Q(none=False, declared_on__isnull=False, missing_reason="") & ~Q(interest="")
                | Q(none=False, interest="", declared_on__isnull=True),
                name="pilots_interest_or_none",
                violation_error_message=_("Say which interest there is, or that there is none."),
            ),
        ]

    @property
    def state(self) -> str:
        """``declared``, ``missing`` (everybody is told why) or ``waiting``."""
        if self.declared_on is not None:
            return "declared"
        return "missing" if self.missing_reason else "waiting"


class DeclarationLink(models.Model):
    """A link by which somebody who chose declares once; only its hash is kept."""

    declaration = models.ForeignKey(
        ConflictOfInterest, on_delete=models.CASCADE, related_name="links"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )


class ClauseCode(models.TextChoices):
    """What an agreement about a pilot has to settle."""

    OWNERSHIP = "ownership", _("Who owns the data")
    AUDIT = "audit", _("Access for an audit of data, code and devices")
    DELETION = "deletion", _("Deletion at the end, with proof")
    SECONDARY_USE = "secondary_use", _("No other use of the data, or which")
    REMOVAL = "removal", _("Who removes everything, and who pays for it")
    PUBLICATION = "publication", _("Results are published, good or bad")
    SERVICE_LEVELS = "service_levels", _("Service levels, with dates")


class Clause(models.Model):
    """Whether and where the agreement settles one thing; or the public reason why not."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="clauses")
    code = models.CharField(max_length=24, choices=ClauseCode.choices)
    settled = models.BooleanField(_("in the agreement"), default=False)
    where = models.CharField(_("where (number of the clause)"), max_length=160, blank=True)
    missing_reason = models.CharField(_("why it is missing (public)"), max_length=500, blank=True)
    # The dated task that follows from it; empty where the rule holds (`queries.obligations`).
    task_text = models.CharField(_("what is to be done"), max_length=300, blank=True)
    task_owner = models.CharField(_("who does it (a role)"), max_length=160, blank=True)
    task_due_on = models.DateField(_("until when"), null=True, blank=True)
    task_every_year = models.BooleanField(_("again every year"), null=True, blank=True)
    no_task_reason = models.CharField(
        _("why no dated task follows (public)"), max_length=500, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pilot", "code"], name="pilots_clause_once"),
            models.CheckConstraint(
                condition=Q(settled=True) & ~Q(where="") | Q(settled=False),
                name="pilots_clause_says_where",
                violation_error_message=_("Say where in the agreement it stands."),
            ),
        ]
