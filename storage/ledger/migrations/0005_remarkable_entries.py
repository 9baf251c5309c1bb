"""An index on the few entries that say more than a name: done for somebody else, or by way of exception."""

from django.db import migrations

FORWARDS = """
CREATE INDEX remarkable_entries ON ledger_entry (stream)
WHERE ((actor ->> 'on_behalf_of') > '' OR payload ? 'same_person')
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_append")]

    operations = [migrations.RunSQL(FORWARDS, "DROP INDEX remarkable_entries")]
