"""One call that serialises the writers of a stream and returns its newest entry."""

from django.db import migrations

# VOLATILE, so that under READ COMMITTED the second statement sees what was committed while the first one waited.
FORWARDS = """
CREATE FUNCTION ledger_lock_and_head(the_stream text) RETURNS TABLE (sequence integer, hash varchar)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(the_stream, 0));
    RETURN QUERY
        SELECT sequence, hash FROM ledger_entry WHERE stream = the_stream ORDER BY sequence DESC LIMIT 1;
END $$;
"""

BACKWARDS = "DROP FUNCTION ledger_lock_and_head(text);"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
