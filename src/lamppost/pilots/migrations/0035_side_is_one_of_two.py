"""A signer signs for the city, for the company, or for neither; only the agreement has sides."""

from django.db import migrations, models
from django.db.models import Q

SIDES = ("city", "company")


def name_no_other_side(apps, _schema_editor):
    """Whoever was written down for a side that is none signs for neither."""
    signers = apps.get_model("pilots", "GateSigner").objects
    signers.exclude(side="").exclude(kind="agreement", side__in=SIDES).update(side="")


class Migration(migrations.Migration):
    dependencies = [
        ("pilots", "0034_sheets_of_a_round"),
    ]

    operations = [
        migrations.RunPython(name_no_other_side, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="gatesigner",
            constraint=models.CheckConstraint(
                condition=Q(side="") | Q(kind="agreement", side__in=SIDES),
                name="pilots_signer_side_is_one_of_two",
            ),
        ),
    ]
