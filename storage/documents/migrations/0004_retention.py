"""What is fixed stays fixed: the database refuses to shorten or remove a retention."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION documents_retention_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a retention is never shortened or removed: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER documents_retention_refuses_delete
    BEFORE DELETE ON documents_retention
    FOR EACH ROW EXECUTE FUNCTION documents_retention_stays();

CREATE TRIGGER documents_retention_refuses_truncate
    BEFORE TRUNCATE ON documents_retention
    FOR EACH STATEMENT EXECUTE FUNCTION documents_retention_stays();

CREATE TRIGGER documents_retention_refuses_shortening
    BEFORE UPDATE ON documents_retention
    FOR EACH ROW
    WHEN (NEW.until < OLD.until OR NEW.document_id <> OLD.document_id)
    EXECUTE FUNCTION documents_retention_stays();
"""

BACKWARDS = """
DROP TRIGGER documents_retention_refuses_shortening ON documents_retention;
DROP TRIGGER documents_retention_refuses_truncate ON documents_retention;
DROP TRIGGER documents_retention_refuses_delete ON documents_retention;
DROP FUNCTION documents_retention_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_documents_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="retention",
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("until", models.DateTimeField()),
                ("locked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("locked_at__isnull", True)),
                        fields=["document"],
                        name="retention_not_locked_yet",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
