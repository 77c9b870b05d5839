import django.db.models.deletion
from django.db import migrations, models

# Tables that Django kept for the links until now: from here on each link says whether its person
# is counted in public.
LINKS = (("Theme", "themes"), ("Commitment", "commitments"), ("Change", "changes"))


def _own_model(name: str, related_name: str) -> list[migrations.operations.base.Operation]:
    link, low = f"{name}Feedback", name.lower()
    return [
        migrations.CreateModel(
            name=link,
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    low,
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to=f"pilots.{low}",
                    ),
                ),
                (
                    "feedback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pilots.feedback",
                    ),
                ),
            ],
            options={
                "db_table": f"pilots_{low}_feedback",
                "unique_together": {(low, "feedback")},
            },
        ),
        migrations.AlterField(
            model_name=low,
            name="feedback",
            field=models.ManyToManyField(
                blank=True,
                related_name=related_name,
                through=f"pilots.{link}",
                to="pilots.feedback",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("pilots", "0016_obligations")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[one for names in LINKS for one in _own_model(*names)],
        ),
        *(
            migrations.AddField(
                model_name=f"{name}Feedback",
                name="counted",
                field=models.BooleanField(default=False),
            )
            for name, _related in LINKS
        ),
        *(
            migrations.AddField(
                model_name=name.lower(),
                name="counted_people",
                field=models.PositiveIntegerField(default=0),
            )
            for name, _related in LINKS
        ),
        migrations.AddField(
            model_name="theme",
            name="reply",
            field=models.CharField(
                blank=True, max_length=500, verbose_name="what we say to it (public)"
            ),
        ),
        migrations.AddField(
            model_name="follow",
            name="about_theme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pilots.theme",
            ),
        ),
    ]
