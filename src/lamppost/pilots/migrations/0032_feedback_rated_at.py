"""Feedback keeps when its answer and its words of now were given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0031_written_on_from_the_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="rated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="feedback",
            name="worded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
