"""Keep how many readings a file replaced by other values; of earlier files nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sensing", "0003_baselines_that_were_read")]

    operations = [
        migrations.AddField(
            model_name="observationimport",
            name="replaced",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
