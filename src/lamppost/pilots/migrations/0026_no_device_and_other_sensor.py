"""A pilot without any device says why in public; a device of no known kind says what it does."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0025_question_that_was_asked'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pilot',
            name='pilots_measuring_needs_a_register_entry',
        ),
        migrations.AddField(
            model_name='pilot',
            name='no_device_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='why no device stands anywhere'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='does',
            field=models.CharField(blank=True, max_length=80, verbose_name='what it does, in plain words'),
        ),
        migrations.AddField(
            model_name="signaturelink",
            name="mailed",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="registerentry",
            name='sensor_type',
            field=models.CharField(choices=[('sound', 'Sound sensor'), ('camera', 'Camera'), ('chemical', 'Chemical sensor'), ('electricity', 'Electricity or magnetism sensor'), ('flow', 'Flow sensor'), ('position', 'Position or displacement sensor'), ('optical', 'Optical sensor'), ('pressure', 'Pressure sensor'), ('density', 'Density sensor'), ('temperature', 'Temperature sensor'), ('proximity', 'Proximity sensor'), ('other', 'Other')], max_length=12, verbose_name='kind of sensor'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('measuring', False), ('registered', True), models.Q(('no_device_reason', ''), _negated=True), _connector='OR'), name='pilots_measuring_needs_a_register_entry'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('no_device_reason', ''), ('registered', False), _connector='OR'), name='pilots_no_device_or_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sensor_type', 'other'), _negated=True), models.Q(('does', ''), _negated=True), _connector='OR'), name='pilots_other_device_says_what_it_does', violation_error_message='Say in plain words what this device does.'),
        ),
    ]
