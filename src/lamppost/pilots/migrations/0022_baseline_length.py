from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0021_device_that_moves")]

    operations = [
        migrations.AddField(
            model_name="pilot",
            name="baseline_days",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pilot",
            name="baseline_in_waves",
            field=models.BooleanField(default=False),
        ),
    ]
