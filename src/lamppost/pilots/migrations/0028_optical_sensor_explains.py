"""An optical sensor says why it takes in no personal data, as a camera does."""

from typing import Any

from django.db import migrations, models

UNSAID = "Not said: entered before an optical sensor had to explain it."


def say_that_it_is_unsaid(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("pilots", "RegisterEntry").objects.using(schema_editor.connection.alias)
    found = entries.filter(sensor_type="optical", contains_personal_data=False)
    found.filter(no_personal_data_because="").update(no_personal_data_because=UNSAID)


class Migration(migrations.Migration):

    dependencies = [
        ("pilots", "0027_as_long_as_planned"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="registerentry",
            name="pilots_camera_explains",
        ),
        migrations.AlterField(
            model_name="registerentry",
            name="no_personal_data_because",
            field=models.CharField(blank=True, max_length=500, verbose_name="why a camera or an optical sensor takes in no personal data"),
        ),
        migrations.RunPython(say_that_it_is_unsaid, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("sensor_type__in", ["camera", "optical"]), _negated=True), ("contains_personal_data", True), models.Q(("no_personal_data_because", ""), _negated=True), _connector="OR"), name="pilots_camera_explains", violation_error_message="Say why this camera or optical sensor takes in no personal data, or that it does."),
        ),
    ]
