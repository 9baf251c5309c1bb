"""Criteria sets, criteria and indicators are written once: the database refuses UPDATE and DELETE."""

from django.db import migrations

TABLES = ("criteria_criteriaset", "criteria_criterion", "criteria_indicator")

REFUSE = """
CREATE FUNCTION criteria_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
"""


def _guard(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION criteria_refuse_change();"
    )


def _unguard(table: str) -> str:
    return f"DROP TRIGGER {table}_frozen ON {table};"


class Migration(migrations.Migration):
    dependencies = [("criteria", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION criteria_refuse_change();"),
        *(migrations.RunSQL(_guard(table), _unguard(table)) for table in TABLES),
    ]
