from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("impact", "0005_foresight"),
    ]

    operations = [
        migrations.AddField(
            model_name="evaluationplan",
            name="chosen_because",
            field=models.CharField(
                blank=True,
                choices=[("extreme", "yes"), ("other", "no, for other reasons")],
                default="",
                max_length=7,
                verbose_name="chosen for bad readings",
            ),
        ),
    ]
