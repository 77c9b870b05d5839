"""Sites, the areas they lie in, what is known of each, and the entry in the sensor register."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lamppost.accounts.models import Partnership

from ..until import compared_until, no_later
from .digits import DigitsField
from .pilot import Pilot


class Area(models.Model):
    """A neighbourhood: how many people live there, and how much they need what is piloted."""

    class Need(models.TextChoices):
        LOW = "low", _("low need")
        MIDDLE = "middle", _("middle need")
        HIGH = "high", _("high need")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(_("neighbourhood"), max_length=80)
    residents = models.PositiveIntegerField(_("residents"), null=True, blank=True)
    need = models.CharField(_("need"), max_length=8, choices=Need.choices, blank=True)
    need_source = models.CharField(_("how the need is known"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "name"],
                name="pilots_area_once",
                violation_error_message=_("This neighbourhood is in the list already."),
            ),
        ]


class Site(models.Model):
    """A place that gets the technology (pilot) or is left as it is (comparison)."""

    class Arm(models.TextChoices):
        PILOT = "pilot", _("pilot site")
        COMPARISON = "comparison", _("comparison site")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="sites")
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    arm = models.CharField(_("kind of site"), max_length=10, choices=Arm.choices, default=Arm.PILOT)
    neighbourhood = models.CharField(_("neighbourhood"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    reason = models.CharField(_("why this place"), max_length=300, blank=True)
    # In a stepped rollout: which step, and from which day the technology is on here. Empty: with
    # the pilot.
    step = models.PositiveSmallIntegerField(_("step of the rollout"), null=True, blank=True)
    starts_on = models.DateField(_("technology on here from"), null=True, blank=True)
    # Sites that were drawn together (a pair, or alike).
    block = models.CharField(_("drawn within"), max_length=40, blank=True)
    removed_on = models.DateField(_("taken down on"), null=True, blank=True)

    class Meta:
        ordering = ["arm", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "name"],
                name="pilots_site_name_once",
                violation_error_message=_("This pilot has a site of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="pilots_site_on_earth",
                violation_error_message=_(
                    "Latitude lies between -90 and 90, longitude between -180 and 180; "
                    "give both or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DrawnSite(models.Model):
    """A site that is part of the draw in force: the database keeps it until the draw is void."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="drawn_sites")
    site = models.OneToOneField(Site, on_delete=models.RESTRICT, related_name="drawn")


class PastDraw(models.Model):
    """A draw or a promise of one that no longer stands, and why.

    A site was added, moved or taken out after it. A number that was promised and given up before
    the draw is public too: anybody can see what it would have drawn.
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="past_draws")
    seed = DigitsField()
    commitment = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    # What was drawn: code, name and arm of each site, and its step where it has one; no arm where
    # the number was only promised.
    sites = models.JSONField(default=list)
    voided_at = models.DateTimeField()
    reason = models.CharField(_("why the draw no longer stands (public)"), max_length=500)

    class Meta:
        ordering = ["-voided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="pilots_void_draw_has_a_reason"),
        ]

    @property
    def drawn(self) -> bool:
        """Whether it was drawn, and not only promised."""
        return any(site["arm"] for site in self.sites)


class SiteCovariate(models.Model):
    """One thing that is known of a site from before (residents nearby, width of the street)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="covariates")
    name = models.CharField(_("what"), max_length=80)
    value = models.FloatField(_("value"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="pilots_covariate_once"),
        ]


class RetiredCode(models.Model):
    """The code of a site that was deleted: what is printed goes on answering, and says where to go.

    A code is never given to another site.
    """

    code = models.CharField(max_length=12, unique=True)
    partnership = models.ForeignKey(
        Partnership, null=True, on_delete=models.SET_NULL, related_name="retired_codes"
    )
    pilot = models.ForeignKey(
        Pilot, null=True, on_delete=models.SET_NULL, related_name="retired_codes"
    )
    site_name = models.CharField(max_length=120)
    pilot_title = models.CharField(max_length=160)
    language = models.CharField(max_length=12, default="en")
    retired_on = models.DateField()

    class Meta:
        ordering = ["retired_on", "pk"]

    def __str__(self) -> str:
        return self.code


class RegisterEntry(models.Model):
    """What the sensor register says of one kind of device of a pilot.

    The fields are those of Amsterdam's register (register-slimme-apparaten-frontend).
    """

    class SensorType(models.TextChoices):
        SOUND = "sound", _("Sound sensor")
        CAMERA = "camera", _("Camera")
        CHEMICAL = "chemical", _("Chemical sensor")
        ELECTRICITY = "electricity", _("Electricity or magnetism sensor")
        FLOW = "flow", _("Flow sensor")
        POSITION = "position", _("Position or displacement sensor")
        OPTICAL = "optical", _("Optical sensor")
        PRESSURE = "pressure", _("Pressure sensor")
        DENSITY = "density", _("Density sensor")
        TEMPERATURE = "temperature", _("Temperature sensor")
        PROXIMITY = "proximity", _("Proximity sensor")
        OTHER = "other", _("Other")

    class LegalGround(models.TextChoices):
        """GDPR, Article 6(1)."""

        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("A contract")
        LEGAL_OBLIGATION = "legal_obligation", _("A legal obligation")
        VITAL_INTERESTS = "vital_interests", _("Vital interests")
        PUBLIC_TASK = "public_task", _("A task in the public interest")
        LEGITIMATE_INTERESTS = "legitimate_interests", _("Legitimate interests")

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="register_entries")
    name = models.CharField(_("device"), max_length=160)
    sensor_type = models.CharField(_("kind of sensor"), max_length=12, choices=SensorType.choices)
    # Of a device that is none of the kinds; notice and sign say these words.
    does = models.CharField(_("what it does, in plain words"), max_length=80, blank=True)
    themes = models.CharField(_("themes"), max_length=200, blank=True)
    organisation = models.CharField(_("who owns it"), max_length=160)
    email = models.EmailField(_("e-mail of a role, not of a person"))
    contains_personal_data = models.BooleanField(_("it takes in personal data"), default=False)
    # A camera or an optical sensor that claims to take in none has to say why.
    no_personal_data_because = models.CharField(
        _("why a camera or an optical sensor takes in no personal data"), max_length=500, blank=True
    )
    legal_ground = models.CharField(
        _("legal ground"), max_length=20, choices=LegalGround.choices, blank=True
    )
    privacy_url = models.URLField(_("address of the privacy statement"), max_length=400, blank=True)
    active_until = models.DateField(_("there until"))
    reference = models.CharField(_("number in the city's register"), max_length=80, blank=True)
    # Names of neighbourhoods in which a device moves (on a bus, on a sweeper); empty: it stays
    # at the sites.
    moves_in = models.JSONField(_("where it moves"), default=list, blank=True)
    # From which day everybody can read it here: notice is counted from then.
    published_on = models.DateField(default=timezone.localdate)

    class Meta:
        verbose_name_plural = "register entries"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "name"],
                name="pilots_register_entry_once",
                violation_error_message=_("This pilot has an entry of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(contains_personal_data=False)
                | ~Q(legal_ground="") & ~Q(privacy_url=""),
                name="pilots_personal_data_needs_ground",
                violation_error_message=_(
                    "Where personal data is taken in, give the legal ground and the privacy "
                    "statement."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(sensor_type__in=["camera", "optical"])
                | Q(contains_personal_data=True)
                | ~Q(no_personal_data_because=""),
                name="pilots_camera_explains",
                violation_error_message=_(
                    "Say why this camera or optical sensor takes in no personal data, or that it "
                    "does."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(sensor_type="other") | ~Q(does=""),
                name="pilots_other_device_says_what_it_does",
                violation_error_message=_("Say in plain words what this device does."),
            ),
        ]

    @property
    def until(self) -> dt.date:
        """The last day in force: that of the entry, or of the pilot where that is earlier now."""
        return no_later(self.active_until, self.pilot)

    def until_at(self, site: Site) -> dt.date:
        """The last day in force at one site: at a comparison site it may be earlier.

        A pilot that is scaled keeps what stands at its pilot sites alone. Costs a query then.
        """
        if self.moves_in or site.arm != Site.Arm.COMPARISON:
            return self.until
        return min(self.until, compared_until(self.pilot) or self.until)
