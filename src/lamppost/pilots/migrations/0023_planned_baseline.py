from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone


def without_a_baseline_entered_late(apps, schema_editor):
    """A technology that came on without the planned baseline before it cannot be compared with it.

    How long the baselines were `sensing` has written down before: it knows the readings.
    """
    Pilot = apps.get_model("pilots", "Pilot")
    stored = Pilot.objects.using(schema_editor.connection.alias)
    long_enough = Q(baseline_days__gte=F("baseline_weeks") * 7 - 7) | Q(
        baseline_in_waves=True, baseline_days__gte=7
    )
    kept = stored.filter(
        long_enough,
        baseline_days__isnull=False,
        baseline_on__gte=F("measuring_on"),
        technology_on__gte=F("baseline_on"),
    )
    late = stored.filter(technology_on__isnull=False, joined_late_on=None)
    late = late.exclude(pk__in=list(kept.values_list("pk", flat=True)))
    late.update(joined_late_on=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [("pilots", "0022_baseline_length")]

    operations = [
        migrations.RunPython(without_a_baseline_entered_late, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="pilot", name="pilots_technology_needs_baseline_and_comparison"
        ),
        migrations.AddConstraint(
            model_name="pilot",
            constraint=models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(joined_late_on__isnull=False)
                | Q(
                    measuring_on__isnull=False,
                    baseline_on__isnull=False,
                    baseline_on__gte=F("measuring_on"),
                    technology_on__gte=F("baseline_on"),
                )
                & (Q(compared=True) | ~Q(no_comparison_reason="")),
                name="pilots_technology_needs_baseline_and_comparison",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilot",
            constraint=models.CheckConstraint(
                condition=Q(technology_on__isnull=True)
                | Q(joined_late_on__isnull=False)
                | Q(baseline_days__isnull=False)
                & (
                    Q(baseline_days__gte=F("baseline_weeks") * 7 - 7)
                    | Q(baseline_in_waves=True, baseline_days__gte=7)
                ),
                name="pilots_technology_needs_the_planned_baseline",
            ),
        ),
    ]
