from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0006_state_of_pilots'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('measuring', False), models.Q(('data_protection_on__isnull', False), ('decided_on__isnull', True), ('disclosure_on__isnull', False), ('measuring_on__isnull', False), ('paused_on__isnull', True)), _connector='OR'), name='pilots_measuring_needs_protection_and_disclosure'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('technology_on__isnull', True), ('joined_late_on__isnull', False), models.Q(('baseline_on__isnull', False), ('measuring_on__isnull', False), ('technology_on__gte', models.F('measuring_on')), models.Q(('compared', True), models.Q(('no_comparison_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='pilots_technology_needs_baseline_and_comparison'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('paused_on__isnull', True), models.Q(('paused_reason', ''), _negated=True), _connector='OR'), name='pilots_pause_has_a_reason'),
        ),
    ]
