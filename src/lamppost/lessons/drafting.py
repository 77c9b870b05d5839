"""What a lesson starts from: the record of its pilot, so that its author confirms and adds."""

from __future__ import annotations

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from lamppost.impact.numbers import say
from lamppost.impact.queries import feedback_beside, latest_estimate
from lamppost.impact.said import said_of
from lamppost.pilots.models import Pilot, Site

LENGTHS = {"title": 160, "problem": 2000, "tried": 3000, "worked": 3000}


def draft_values(pilot: Pilot) -> dict[str, str]:
    """Return the fields that the record can fill, in the partnership's language.

    Nobody's words are copied into it: quotes are shown beside the lesson as long as their
    consent stands.
    """
    language = pilot.partnership.language
    with translation.override(language):
        values = {
            "title": _title(pilot),
            "problem": pilot.problem or pilot.partnership.problem,
            "tried": _paragraphs(
                [_technology(pilot), _sites(pilot), _dates(pilot), _changes(pilot)]
            ),
            "worked": _paragraphs([_verdict(pilot), _feedback(pilot)]),
        }
    return {"language": language} | {
        field: text[: LENGTHS[field]] for field, text in values.items()
    }


def _title(pilot: Pilot) -> str:
    town = pilot.partnership.town
    if not town:
        return pilot.title
    return _("%(pilot)s in %(town)s") % {"pilot": pilot.title, "town": town}


def _paragraphs(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _technology(pilot: Pilot) -> str:
    if not pilot.technology:
        return ""
    if not pilot.company:
        return pilot.technology
    return _("%(technology)s, from %(company)s") % {
        "technology": pilot.technology,
        "company": pilot.company,
    }


def _sites(pilot: Pilot) -> str:
    sites = list(pilot.sites.order_by("name"))
    lines = []
    for arm, text in (
        (Site.Arm.PILOT, _("Pilot sites (%(count)d): %(names)s.")),
        (Site.Arm.COMPARISON, _("Comparison sites (%(count)d): %(names)s.")),
    ):
        names = [site.name for site in sites if site.arm == arm]
        if names:
            lines.append(text % {"count": len(names), "names": ", ".join(names)})
    if pilot.randomised:
        lines.append(_("The pilot sites were drawn by lot."))
    if pilot.no_comparison_reason:
        lines.append(pilot.no_comparison_reason)
    return " ".join(lines)


def _dates(pilot: Pilot) -> str:
    days = [
        (_("Measuring since %(day)s."), pilot.measuring_on or pilot.baseline_starts_on),
        (_("Technology on since %(day)s."), pilot.technology_on or pilot.technology_starts_on),
        (_ended(pilot), pilot.ends_on),
    ]
    return " ".join(text % {"day": formats.date_format(day)} for text, day in days if day)


def _ended(pilot: Pilot) -> str:
    over = pilot.ends_on is not None and pilot.ends_on <= timezone.localdate()
    return _("Ended on %(day)s.") if over else _("Planned to end on %(day)s.")


def _changes(pilot: Pilot) -> str:
    changes = [
        _("%(day)s: residents said “%(said)s”, so: %(did)s.")
        % {
            "day": formats.date_format(change.changed_on),
            "said": change.you_said,
            "did": change.we_did.rstrip("."),
        }
        for change in pilot.changes.all()
    ]
    return "\n".join([_("Changed on the way:"), *changes]) if changes else ""


def _verdict(pilot: Pilot) -> str:
    stored = latest_estimate(pilot)
    if stored is None:
        return ""
    said = said_of(stored)
    return " ".join(part for part in (said.sentence, said.addition, said.design) if part)


def _feedback(pilot: Pilot) -> str:
    for row in feedback_beside(pilot, quotes=0).after:
        if row.arm == Site.Arm.PILOT and all(share is not None for share in row.shares):
            better, same, worse = (say(100 * (share or 0.0), 0) for share in row.shares)
            return _(
                "Residents at the pilot sites: better %(better)s %%, the same %(same)s %%, worse "
                "%(worse)s %%."
            ) % {"better": better, "same": same, "worse": worse}
    return ""
