"""From public rows to the story."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .parts.agreed import agreed
from .parts.changed import changed
from .parts.heard import heard
from .parts.learned import learned
from .parts.material import Material, day
from .parts.tried import tried
from .records import Evidence, Story


def compose(material: Material) -> Story:
    """Return the story in the active language; no database is asked."""
    row = next(iter(material.rows("partnership")), {})
    parts = heard(material), agreed(material), tried(material), changed(material), learned(material)
    material.add(
        Evidence(
            "evidence-origin",
            _("Where this page comes from"),
            (
                material.origin,
                _("Words are shown only where the person agreed and the partnership accepted "
                  "them. Contact details are taken out. Counts below ten are hidden."),
            ),
            (),
            material.pages.get("evidence-origin", ""),
            _("The whole public record, as open data"),
        )
    )  # fmt: skip
    return Story(
        name=row.get("name") or _("A partnership without a name"),
        town=row.get("town") or "",
        problem=row.get("problem") or "",
        language=row.get("language") or "",
        made_up=bool(row.get("made_up")),
        edition=material.edition,
        edition_said=day(material.edition),
        origin=material.origin,
        heard=parts[0],
        agreed=parts[1],
        tried=parts[2],
        changed=parts[3],
        learned=parts[4],
        evidence=tuple(material.evidence),
    )
