from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0015_counted_for_good")]

    operations = [
        migrations.AddField(
            model_name="clause",
            name="no_task_reason",
            field=models.CharField(
                blank=True, max_length=500, verbose_name="why no dated task follows (public)"
            ),
        ),
        migrations.AddField(
            model_name="clause",
            name="task_due_on",
            field=models.DateField(blank=True, null=True, verbose_name="until when"),
        ),
        migrations.AddField(
            model_name="clause",
            name="task_every_year",
            field=models.BooleanField(blank=True, null=True, verbose_name="again every year"),
        ),
        migrations.AddField(
            model_name="clause",
            name="task_owner",
            field=models.CharField(
                blank=True, max_length=160, verbose_name="who does it (a role)"
            ),
        ),
        migrations.AddField(
            model_name="clause",
            name="task_text",
            field=models.CharField(blank=True, max_length=300, verbose_name="what is to be done"),
        ),
    ]
