"""A second hash of what was received, which is checked quicker; kept like the first once it is there."""

from django.db import migrations, models

FORWARDS = """
CREATE TRIGGER documents_refuse_change_of_second_hash
    BEFORE UPDATE ON documents_document
    FOR EACH ROW
    WHEN (OLD.blake2b <> '' AND OLD.blake2b IS DISTINCT FROM NEW.blake2b)
    EXECUTE FUNCTION documents_stay();
"""

BACKWARDS = "DROP TRIGGER documents_refuse_change_of_second_hash ON documents_document;"


class Migration(migrations.Migration):
    dependencies = [("documents", "0013_page_pictures")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="blake2b",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
