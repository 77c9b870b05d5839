import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0008_signed_by_another'),
        ('stakeholders', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='theme')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='what people say about it')),
                ('made_at', models.DateTimeField()),
                ('feedback', models.ManyToManyField(blank=True, related_name='themes', to='pilots.feedback')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='pilots.pilot')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'name'), name='pilots_theme_once', violation_error_message='This pilot has a theme of this name already.')],
            },
        ),
        migrations.CreateModel(
            name='EndingView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=3000, verbose_name='how should this pilot end, and why')),
                ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                ('written_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ending_views', to='pilots.pilot')),
                ('stakeholder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ending_views', to='stakeholders.stakeholder')),
            ],
            options={
                'ordering': ['stakeholder__name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'stakeholder'), name='pilots_one_view_of_an_organisation'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='pilots_ending_view_says_something')],
            },
        ),
        migrations.AddField(
            model_name='commitment',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='commitments', to='pilots.theme', verbose_name='theme that it answers'),
        ),
        migrations.AddField(
            model_name='groupview',
            name='heard',
            field=models.BooleanField(default=True, verbose_name='somebody of this group was heard'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='registered',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='pilot',
            name='views_until',
            field=models.DateField(blank=True, null=True, verbose_name='views on the ending until'),
        ),
        migrations.AddField(
            model_name='pilotindicator',
            name='every_hours',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='a reading at least every … hours'),
        ),
    ]
