from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("voices", "0003_ways_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="made",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["key"], name="voices_receipt_key"),
        ),
    ]
