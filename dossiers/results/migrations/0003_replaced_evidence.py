"""A new version of a file takes the place of the old one, which points to it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0002_caption_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="replaced_by",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaces",
                to="results.evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True), ("removed_at__isnull", False), _connector="OR"
                ),
                name="replaced_evidence_is_removed",
            ),
        ),
    ]
