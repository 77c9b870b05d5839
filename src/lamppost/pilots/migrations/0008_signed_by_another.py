import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0007_rules_of_pilots'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Gates that were passed before somebody else had to sign keep NULL.
        migrations.AddField(
            model_name='gate',
            name='witnesses',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='gate',
            name='witnesses',
            field=models.PositiveSmallIntegerField(blank=True, default=0, null=True),
        ),
        migrations.AddConstraint(
            model_name='gate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['agreement', 'data_protection', 'sites']), _negated=True), ('witnesses__isnull', True), ('witnesses__gte', 1), _connector='OR'), name='pilots_signed_by_another'),
        ),
        migrations.AddField(
            model_name='gatesigner',
            name='signed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='commitment',
            name='first_due_on',
            field=models.DateField(blank=True, null=True, verbose_name='first promised for'),
        ),
        migrations.AddField(
            model_name='commitment',
            name='moves',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='pilottask',
            name='first_due_on',
            field=models.DateField(blank=True, null=True, verbose_name='first promised for'),
        ),
        migrations.AddField(
            model_name='pilottask',
            name='moves',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='pilot',
            name='no_change_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why nothing is changed halfway'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='no_midterm_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why there is no mid-term report'),
        ),
    ]
