"""The database refuses a change of a dossier's state outside an act, and refuses to delete a dossier."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION dossier_state_needs_an_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND coalesce(current_setting('lua.act', true), '') = '' THEN
        RAISE EXCEPTION 'the state of dossier % changes only by an act', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER dossier_state_needs_an_act
    BEFORE UPDATE OF state ON dossier_dossier
    FOR EACH ROW EXECUTE FUNCTION dossier_state_needs_an_act();

CREATE FUNCTION dossier_is_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'dossiers are never deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER dossier_is_never_deleted
    BEFORE DELETE ON dossier_dossier
    FOR EACH ROW EXECUTE FUNCTION dossier_is_never_deleted();
"""

BACKWARDS = """
DROP TRIGGER dossier_is_never_deleted ON dossier_dossier;
DROP FUNCTION dossier_is_never_deleted();
DROP TRIGGER dossier_state_needs_an_act ON dossier_dossier;
DROP FUNCTION dossier_state_needs_an_act();
"""


class Migration(migrations.Migration):
    dependencies = [("dossier", "0002_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
