"""A version keeps the day on which its properties were written down."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0029_numbers_of_128_bits'),
    ]

    operations = [
        migrations.AddField(
            model_name='pilotversion',
            name='written_on',
            field=models.DateField(blank=True, null=True),
        ),
    ]
