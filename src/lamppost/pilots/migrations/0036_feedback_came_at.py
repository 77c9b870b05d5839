"""Feedback keeps when it came in, which on paper is later than when it was given."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0035_side_is_one_of_two"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="came_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
