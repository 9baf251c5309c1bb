import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dossier", "0007_two_tiers"),
        ("organisations", "0004_divisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_procedure", models.SlugField(max_length=64)),
                ("to_procedure", models.SlugField(max_length=64)),
                ("appraisal_round", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="dossier.dossier",
                    ),
                ),
                (
                    "from_commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.administrativeunit",
                    ),
                ),
                (
                    "from_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.administrativeunit",
                    ),
                ),
                (
                    "to_commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.administrativeunit",
                    ),
                ),
                (
                    "to_province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.administrativeunit",
                    ),
                ),
            ],
            options={
                "ordering": ["-sequence"],
                "indexes": [
                    models.Index(fields=["from_province"], name="transfers_t_from_pr_061bbf_idx"),
                    models.Index(fields=["from_commune"], name="transfers_t_from_co_83361c_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "sequence"), name="one_transfer_an_act")
                ],
            },
        ),
    ]
