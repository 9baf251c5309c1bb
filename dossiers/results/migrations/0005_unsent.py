"""What a commune changes while a department waits stands beside what was submitted, until its chair sends it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0014_second_hash"),
        ("results", "0004_place_and_original_size"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="evidence",
            name="evidence_listed_once",
        ),
        migrations.RemoveConstraint(
            model_name="evidence",
            name="replaced_evidence_is_removed",
        ),
        migrations.AddField(
            model_name="evidence",
            name="is_unsent",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="evidence",
            name="unsent_removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="unsent_removed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="indicatorresult",
            name="unsent",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_unsent", False), ("removed_at__isnull", True)),
                fields=("result", "document"),
                name="evidence_listed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True), ("unsent_removed_at__isnull", True)),
                fields=("result", "document"),
                name="unsent_evidence_listed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    ("removed_at__isnull", False),
                    ("unsent_removed_at__isnull", False),
                    _connector="OR",
                ),
                name="replaced_evidence_is_removed",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("unsent_removed_at__isnull", True),
                    models.Q(("is_unsent", False), ("removed_at__isnull", True)),
                    _connector="OR",
                ),
                name="only_submitted_evidence_waits_for_removal",
            ),
        ),
    ]
