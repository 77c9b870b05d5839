from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

LONG_ENOUGH = Q(
    baseline_days__isnull=False,
    baseline_days__gte=F("baseline_weeks") * 7 - 7,
) & Q(baseline_days__gte=7)


def shorter_ones_entered_late(apps, schema_editor):
    """A technology that came on after a shorter baseline cannot be compared with it."""
    stored = apps.get_model("pilots", "Pilot").objects.using(schema_editor.connection.alias)
    on = stored.filter(technology_on__isnull=False, joined_late_on=None)
    enough = list(on.filter(LONG_ENOUGH).values_list("pk", flat=True))
    on.exclude(pk__in=enough).update(joined_late_on=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [("pilots", "0026_no_device_and_other_sensor")]

    operations = [
        migrations.RunPython(shorter_ones_entered_late, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="pilot", name="pilots_technology_needs_the_planned_baseline"
        ),
        migrations.AddConstraint(
            model_name="pilot",
            constraint=models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(joined_late_on__isnull=False)
                | LONG_ENOUGH,
                name="pilots_technology_needs_the_planned_baseline",
            ),
        ),
    ]
