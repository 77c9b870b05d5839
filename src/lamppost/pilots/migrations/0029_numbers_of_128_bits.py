from django.db import migrations

from lamppost.pilots.models.digits import DigitsField


class Migration(migrations.Migration):
    dependencies = [("pilots", "0028_optical_sensor_explains")]

    operations = [
        migrations.AlterField(
            model_name="pilot", name="lottery_seed", field=DigitsField(blank=True, null=True)
        ),
        migrations.AlterField(
            model_name="pilot", name="lottery_secret", field=DigitsField(blank=True, null=True)
        ),
        migrations.AlterField(model_name="pastdraw", name="seed", field=DigitsField()),
    ]
