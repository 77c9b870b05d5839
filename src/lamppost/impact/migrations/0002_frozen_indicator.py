"""A frozen plan keeps the indicator as it was then; plans frozen before get it as it is now."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    plans = apps.get_model("impact", "EvaluationPlan")
    for plan in plans.objects.filter(frozen_at__isnull=False).select_related("indicator"):
        plan.frozen_name = plan.indicator.name
        plan.frozen_unit = plan.indicator.unit
        plan.frozen_direction = plan.indicator.direction
        plan.frozen_code = plan.indicator.code
        plan.save()


class Migration(migrations.Migration):
    dependencies = [("impact", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="evaluationplan",
            name="frozen_name",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="evaluationplan",
            name="frozen_unit",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="evaluationplan",
            name="frozen_direction",
            field=models.CharField(
                blank=True,
                choices=[("down", "less is better"), ("up", "more is better")],
                default="",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="evaluationplan",
            name="frozen_code",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
