"""Lock, read the head, chain and insert in one call."""

from django.db import migrations

# VOLATILE, so that under READ COMMITTED the second statement sees what was committed while the first one waited. What
# is hashed is canonical JSON (RFC 8785) as it stands: sorted keys, hexadecimal text, a positive integer.
FORWARDS = """
DROP FUNCTION ledger_lock_and_head(text);

CREATE FUNCTION ledger_append(
    the_stream text, the_at timestamptz, the_act text, the_actor jsonb, the_subject jsonb, the_payload jsonb,
    content_hash text, is_serialised boolean
) RETURNS TABLE (id bigint, sequence integer, previous_hash varchar, hash varchar)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    head_hash text;
    head_sequence integer;
BEGIN
    IF NOT is_serialised THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(the_stream, 0));
    END IF;
    SELECT entry.sequence, entry.hash INTO head_sequence, head_hash
        FROM ledger_entry AS entry WHERE entry.stream = the_stream ORDER BY entry.sequence DESC LIMIT 1;
    head_sequence := coalesce(head_sequence, 0) + 1;
    head_hash := coalesce(head_hash, repeat('0', 64));
    RETURN QUERY
        INSERT INTO ledger_entry AS entry
            (stream, sequence, at, act, actor, subject, payload, previous_hash, hash)
        VALUES (
            the_stream, head_sequence, the_at, the_act, the_actor, the_subject, the_payload, head_hash,
            encode(sha256(convert_to(
                format('{"content":"%s","previous_hash":"%s","sequence":%s}', content_hash, head_hash, head_sequence),
                'UTF8'
            )), 'hex')
        )
        RETURNING entry.id, entry.sequence, entry.previous_hash, entry.hash;
END $$;
"""

BACKWARDS = """
DROP FUNCTION ledger_append(text, timestamptz, text, jsonb, jsonb, jsonb, text, boolean);

CREATE FUNCTION ledger_lock_and_head(the_stream text) RETURNS TABLE (sequence integer, hash varchar)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(the_stream, 0));
    RETURN QUERY
        SELECT sequence, hash FROM ledger_entry WHERE stream = the_stream ORDER BY sequence DESC LIMIT 1;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_lock_and_head")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
