from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0009_call_tasks_reports")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="criteria_fixed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
