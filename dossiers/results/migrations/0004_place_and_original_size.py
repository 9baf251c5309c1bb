"""A new version keeps the place of the file it replaced, and a photo made smaller says how large it was."""

from django.db import migrations, models

# What was replaced before goes back to its place: that of the first of its versions.
INHERIT = """
WITH RECURSIVE version AS (
    SELECT id, added_at AS listed_at FROM results_evidence AS first
    WHERE NOT EXISTS (SELECT FROM results_evidence AS old WHERE old.replaced_by_id = first.id)
    UNION ALL
    SELECT old.replaced_by_id, version.listed_at
    FROM version JOIN results_evidence AS old ON old.id = version.id
    WHERE old.replaced_by_id IS NOT NULL
)
UPDATE results_evidence AS evidence SET listed_at = version.listed_at
FROM version WHERE version.id = evidence.id
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0003_replaced_evidence")]

    operations = [
        migrations.AddField(
            "evidence", "original_bytes", models.PositiveBigIntegerField(blank=True, null=True)
        ),
        migrations.AddField("evidence", "listed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(INHERIT, migrations.RunSQL.noop),
        migrations.AlterField("evidence", "listed_at", models.DateTimeField()),
        migrations.AlterModelOptions("evidence", options={"ordering": ["listed_at", "pk"]}),
    ]
