from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0010_criteria_fixed_at")]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="photo_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="what the photo shows"),
        ),
    ]
