from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pilots", "0007_rules_of_pilots")]

    operations = [
        migrations.AddField(
            model_name="gate",
            name="signatures",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="pastgate",
            name="signatures",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="gatesigner",
            name="signed_for",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
