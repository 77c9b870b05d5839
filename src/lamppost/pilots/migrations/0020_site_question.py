from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0019_sites_of_draws")]

    operations = [
        migrations.AddField(
            model_name="pilot",
            name="site_question",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="what residents are asked at the sites"
            ),
        )
    ]
