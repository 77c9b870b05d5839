"""Fill in what the database's new rules need to know of pilots that are there already."""

from django.db import migrations


def forwards(apps, schema_editor):
    Pilot = apps.get_model("pilots", "Pilot")
    Gate = apps.get_model("pilots", "Gate")
    Site = apps.get_model("pilots", "Site")
    Decision = apps.get_model("pilots", "Decision")
    Decision.objects.filter(kind="scale").update(kind="rollout")
    for pilot in Pilot.objects.all():
        baseline = Gate.objects.filter(pilot=pilot, kind="baseline").first()
        pilot.baseline_on = baseline.passed_on if baseline else None
        pilot.compared = Site.objects.filter(pilot=pilot, arm="comparison").exists()
        pilot.measuring = pilot.measuring_on is not None and pilot.decided_on is None
        pilot.save(update_fields=["baseline_on", "compared", "measuring"])


class Migration(migrations.Migration):
    dependencies = [("pilots", "0005_whole_life")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
