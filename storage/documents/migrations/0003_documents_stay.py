"""The database itself refuses to remove documents or to change what was received."""

from django.db import migrations

FORWARDS = """
UPDATE documents_document SET state = 'plain'
    WHERE content_type NOT IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf');
UPDATE documents_document SET state = 'ready'
    WHERE id IN (SELECT document_id FROM documents_derivative);

CREATE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'documents are kept as they were received: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER documents_refuse_delete
    BEFORE DELETE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_stay();

CREATE TRIGGER documents_refuse_truncate
    BEFORE TRUNCATE ON documents_document
    FOR EACH STATEMENT EXECUTE FUNCTION documents_stay();

CREATE TRIGGER documents_refuse_change
    BEFORE UPDATE ON documents_document
    FOR EACH ROW
    WHEN (
        (OLD.id, OLD.name, OLD.sha256, OLD.size, OLD.content_type, OLD.object_key, OLD.version_id,
         OLD.uploaded_by_id, OLD.uploaded_at)
        IS DISTINCT FROM
        (NEW.id, NEW.name, NEW.sha256, NEW.size, NEW.content_type, NEW.object_key, NEW.version_id,
         NEW.uploaded_by_id, NEW.uploaded_at)
    )
    EXECUTE FUNCTION documents_stay();
"""

BACKWARDS = """
DROP TRIGGER documents_refuse_change ON documents_document;
DROP TRIGGER documents_refuse_truncate ON documents_document;
DROP TRIGGER documents_refuse_delete ON documents_document;
DROP FUNCTION documents_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_document_state")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
