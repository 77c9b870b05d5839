"""Why days of a frozen evaluation plan moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0032_feedback_rated_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="pilot",
            name="plan_moves",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
