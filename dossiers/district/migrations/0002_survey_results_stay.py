"""The database itself refuses to change or remove what the Front's survey came to."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION survey_results_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a survey result is not changed: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER survey_refuses_update_and_delete
    BEFORE UPDATE OR DELETE ON district_satisfactionsurvey
    FOR EACH ROW EXECUTE FUNCTION survey_results_stay();

CREATE TRIGGER survey_answer_refuses_update_and_delete
    BEFORE UPDATE OR DELETE ON district_surveyanswer
    FOR EACH ROW EXECUTE FUNCTION survey_results_stay();
"""

BACKWARDS = """
DROP TRIGGER survey_answer_refuses_update_and_delete ON district_surveyanswer;
DROP TRIGGER survey_refuses_update_and_delete ON district_satisfactionsurvey;
DROP FUNCTION survey_results_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("district", "0001_review")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
