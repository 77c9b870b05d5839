from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0010_known_entries'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='groupview',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='pilots_group_view_says_something'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('measuring', False), ('registered', True), _connector='OR'), name='pilots_measuring_needs_a_register_entry'),
        ),
        migrations.AddConstraint(
            model_name='pilotindicator',
            constraint=models.CheckConstraint(condition=models.Q(('every_hours__isnull', True), ('every_hours__range', (1, 8784)), _connector='OR'), name='pilots_reading_every_hours', violation_error_message='Give whole hours, from 1 to 8784.'),
        ),
    ]
