from django.db import migrations, models


def at_least_one(apps, schema_editor):
    """Only a folder that was imported could say 0: the form never took it."""
    Pilot = apps.get_model("pilots", "Pilot")
    Pilot.objects.using(schema_editor.connection.alias).filter(baseline_weeks=0).update(
        baseline_weeks=1
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0013_kind_of_site"),
    ]

    operations = [
        migrations.RunPython(at_least_one, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="pilot",
            constraint=models.CheckConstraint(
                condition=models.Q(("baseline_weeks__gte", 1)), name="pilots_baseline_takes_a_week"
            ),
        ),
    ]
