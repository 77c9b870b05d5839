from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0012_counted_tens'),
    ]

    operations = [
        migrations.AlterField(
            model_name='site',
            name='arm',
            field=models.CharField(choices=[('pilot', 'pilot site'), ('comparison', 'comparison site')], default='pilot', max_length=10, verbose_name='kind of site'),
        ),
    ]
