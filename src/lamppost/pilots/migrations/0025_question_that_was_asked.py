"""Keep the question of pilots that ask their playbook's: the playbook may be edited, it may not."""

from django.db import migrations
from django.db.models import Q
from django.utils.translation import override

from lamppost.pilots.playbooks import playbook_of


def forwards(apps, schema_editor):
    Pilot = apps.get_model("pilots", "Pilot")
    GateSigner = apps.get_model("pilots", "GateSigner")
    stored = Pilot.objects.using(schema_editor.connection.alias)
    asked = Q(disclosure_on__isnull=False) | Q(measuring_on__isnull=False)
    asked |= Q(technology_on__isnull=False) | Q(past_gates__kind="disclosure")
    found = stored.filter(asked, site_question="").distinct().select_related("partnership")
    for pilot in found:
        signing = GateSigner.objects.filter(pilot=pilot, kind="disclosure").exclude(signed_at=None)
        if signing.exists() and not pilot.disclosure_on:
            continue  # signatures are on the notices without it: kept when the gate is passed
        with override(pilot.partnership.language):
            pilot.site_question = str(playbook_of(pilot.playbook).site_question)[:200]
        pilot.save(update_fields=["site_question"])


class Migration(migrations.Migration):
    dependencies = [("pilots", "0024_both_sides_of_an_agreement")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
