"""BLAKE3 instead of BLAKE2b as the second hash; it is empty until a file is read again, like that of older files."""

from django.db import migrations, models

DROP = "DROP TRIGGER documents_refuse_change_of_second_hash ON documents_document;"

CREATE = """
CREATE TRIGGER documents_refuse_change_of_second_hash
    BEFORE UPDATE ON documents_document
    FOR EACH ROW
    WHEN (OLD.{column} <> '' AND OLD.{column} IS DISTINCT FROM NEW.{column})
    EXECUTE FUNCTION documents_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0014_second_hash")]

    operations = [
        migrations.RunSQL(DROP, CREATE.format(column="blake2b")),
        migrations.RemoveField(model_name="document", name="blake2b"),
        migrations.AddField(
            model_name="document",
            name="blake3",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.RunSQL(CREATE.format(column="blake3"), DROP),
    ]
