"""A round of the pulse knows when its last sheet was entered, and whether all of them are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0033_plan_moves"),
    ]

    operations = [
        migrations.AddField(
            model_name="pulseround",
            name="last_sheet_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pulseround",
            name="complete_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
