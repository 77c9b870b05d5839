"""The gates of a pilot's life: documents, signers, signatures, and what was signed before."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership

LATE_DAYS = 7


class GateKind(models.TextChoices):
    """The gates, in the order in which they are passed."""

    PROBLEM = "problem", _("Problem and owner")
    STAKEHOLDERS = "stakeholders", _("Stakeholders")
    CALL = "call", _("Call for solutions")
    SELECTION = "selection", _("Selection")
    AGREEMENT = "agreement", _("Agreement")
    DATA_PROTECTION = "data_protection", _("Data protection")
    SITES = "sites", _("Sites")
    DISCLOSURE = "disclosure", _("Disclosure")
    MEASURING = "measuring", _("Measuring starts")
    BASELINE = "baseline", _("Baseline")
    TECHNOLOGY = "technology", _("Technology on")
    FEEDBACK = "feedback", _("Feedback answered")
    CHANGE = "change", _("Mid-term review")
    EVALUATION = "evaluation", _("Evaluation")
    DECISION = "decision", _("Decision")
    LESSON = "lesson", _("Lesson")


# A city may do without the others.
MANDATORY: frozenset[str] = frozenset(
    {
        GateKind.PROBLEM.value,
        GateKind.DATA_PROTECTION.value,
        GateKind.DISCLOSURE.value,
        GateKind.MEASURING.value,
        GateKind.BASELINE.value,
        GateKind.TECHNOLOGY.value,
        GateKind.DECISION.value,
        GateKind.LESSON.value,
    }
)

# Signed by somebody else than whoever passes them: a name that is typed is no signature.
WITNESSED: frozenset[str] = frozenset(
    {GateKind.AGREEMENT.value, GateKind.DATA_PROTECTION.value, GateKind.SITES.value}
)


class GateUse(models.Model):
    """Whether a partnership uses a gate that may be left out; without a row the usual holds."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="gate_uses")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    used = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "kind"], name="pilots_gate_use_once"),
            models.CheckConstraint(
                condition=Q(used=True) | ~Q(kind__in=sorted(MANDATORY)),
                name="pilots_mandatory_gates_stay",
            ),
        ]


class Gate(models.Model):
    """A gate that was passed and is in force: by whom, when, and on which document."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="gates")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    document = models.TextField(_("document or link"), max_length=20000)
    signed_by_name = models.CharField(_("signed by"), max_length=400)
    passed_on = models.DateField(_("date"))
    # When it was written down here; empty where an earlier version did.
    recorded_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What the plan said when it was signed: the fields that this gate covers.
    facts = models.JSONField(default=dict, blank=True)
    # Who signed, where signers were named: role, name, for whom, how, when, and the scan.
    signatures = models.JSONField(default=list, blank=True)
    # How many of them are by somebody else than whoever passed it; empty where it was recorded
    # before that was asked for.
    witnesses = models.PositiveSmallIntegerField(null=True, blank=True, default=0)
    # Of an agreement: whether somebody signed for the city, and somebody else for the company;
    # empty where it was recorded before that was asked for.
    both_sides = models.BooleanField(null=True, blank=True, default=False)

    class Meta:
        ordering = ["passed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "kind"], name="pilots_gate_once"),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(signed_by_name=""), name="pilots_gate_has_document"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(WITNESSED))
                | Q(witnesses__isnull=True)
                | Q(witnesses__gte=1),
                name="pilots_signed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind=GateKind.AGREEMENT.value)
                | Q(both_sides__isnull=True)
                | Q(both_sides=True),
                name="pilots_agreement_signed_by_both_sides",
            ),
        ]

    @property
    def recorded_late_on(self) -> dt.date | None:
        """The day on which it was written down, where that is over a week after its date."""
        if self.recorded_at is None:
            return None
        on = timezone.localdate(self.recorded_at)
        return on if (on - self.passed_on).days > LATE_DAYS else None


class PastGate(models.Model):
    """A gate as it was passed before it was opened again, and why it was."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="past_gates")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    document = models.TextField(max_length=20000)
    signed_by_name = models.CharField(max_length=400)
    passed_on = models.DateField()
    recorded_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    signatures = models.JSONField(default=list, blank=True)
    reopened_at = models.DateTimeField()
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("why it was opened again"), max_length=500, blank=True)

    class Meta:
        ordering = ["reopened_at", "pk"]


class GateDraft(models.Model):
    """The document of a gate before it is passed; signatures are for exactly this text."""

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    text = models.TextField(_("document or link"), max_length=20000)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pilot", "kind"], name="pilots_draft_once"),
        ]


def signed_file(signer: GateSigner, name: str) -> str:
    """Return where a scan is kept: a random name below the pilot."""
    ending = name.rsplit(".", 1)[-1].lower()[:5]
    return f"signatures/{signer.pilot_id}/{uuid.uuid4().hex}.{ending}"


class GateSigner(models.Model):
    """Somebody who must sign a gate, their deputy, and their signature when it is there."""

    class How(models.TextChoices):
        ACCOUNT = "account", _("signed in")
        LINK = "link", _("by a single-use link")
        SCAN = "scan", _("on paper, scanned")

    class Side(models.TextChoices):
        CITY = "city", _("the city")
        COMPANY = "company", _("the company or partner")

    pilot = models.ForeignKey("pilots.Pilot", on_delete=models.CASCADE, related_name="signers")
    kind = models.CharField(max_length=20, choices=GateKind.choices)
    role = models.CharField(_("as what they sign"), max_length=120)
    # Of the agreement alone; empty: for neither, beside both.
    side = models.CharField(
        _("for which side they sign"), max_length=8, choices=Side.choices, blank=True
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who signs"),
    )
    # Somebody without an account; empty when `user` is given.
    name = models.CharField(_("name of somebody without an account"), max_length=120, blank=True)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("deputy"),
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=120, blank=True)
    # Whose account it was, where it was signed with one.
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # In whose place they signed; empty when they signed for themselves.
    signed_for = models.CharField(max_length=120, blank=True)
    how = models.CharField(max_length=8, choices=How.choices, blank=True)
    # SHA-256 of the draft that was signed: another text needs another signature.
    signed_sha256 = models.CharField(max_length=64, blank=True)
    scan = models.FileField(upload_to=signed_file, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "kind", "role"],
                name="pilots_signer_role_once",
                violation_error_message=_("Somebody signs this gate in this role already."),
            ),
            models.CheckConstraint(
                condition=Q(side="")
                | Q(kind=GateKind.AGREEMENT.value, side__in=("city", "company")),
                name="pilots_signer_side_is_one_of_two",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | ~Q(signed_name="") & ~Q(signed_sha256=""),
                name="pilots_signature_whole",
            ),
        ]


class SignatureLink(models.Model):
    """A link by which somebody without an account signs once; only its hash is kept."""

    signer = models.ForeignKey(GateSigner, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    draft_sha256 = models.CharField(max_length=64)
    # Whether it was mailed; to which address is kept nowhere.
    mailed = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
