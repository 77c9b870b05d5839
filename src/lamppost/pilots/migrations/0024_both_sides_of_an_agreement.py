from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils.translation import gettext, override

ROLES = {"representative of the city": "city", "representative of the company": "company"}


def sides_of_who_usually_signs(apps, schema_editor):
    """Those that one press added sign for a side; they have the words of some language."""
    GateSigner = apps.get_model("pilots", "GateSigner")
    stored = GateSigner.objects.using(schema_editor.connection.alias).filter(kind="agreement")
    for language, _name in settings.LANGUAGES:
        with override(language):
            for role, side in ROLES.items():
                stored.filter(side="", role=gettext(role)).update(side=side)


class Migration(migrations.Migration):
    dependencies = [("pilots", "0023_planned_baseline")]

    operations = [
        migrations.AddField(
            model_name="gatesigner",
            name="side",
            field=models.CharField(
                blank=True,
                choices=[("city", "the city"), ("company", "the company or partner")],
                max_length=8,
                verbose_name="for which side they sign",
            ),
        ),
        migrations.RunPython(sides_of_who_usually_signs, migrations.RunPython.noop),
        # Agreements that were signed before both sides had to keep NULL.
        migrations.AddField(
            model_name="gate",
            name="both_sides",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="gate",
            name="both_sides",
            field=models.BooleanField(blank=True, default=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="gate",
            constraint=models.CheckConstraint(
                condition=~Q(kind="agreement") | Q(both_sides__isnull=True) | Q(both_sides=True),
                name="pilots_agreement_signed_by_both_sides",
            ),
        ),
    ]
