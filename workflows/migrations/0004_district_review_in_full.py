"""Dossiers that are with their district go on by the steps that its review has now.

One that waits for its verification is first answered; one that waits for the chair is first put before the people of
the district. The work stays with the same agency and keeps its deadline.
"""

from django.db import migrations

MOVE = "".join(
    f"""
UPDATE workflows_workitem SET node = '{after}', role = 'district_officer'
    WHERE closed_at IS NULL AND node = '{before}';
UPDATE workflows_task SET flow_task = regexp_replace(flow_task, '\\.{before}$', '.{after}')
    WHERE finished IS NULL AND flow_task LIKE '%AdvancedCommuneFlow.{before}';
"""
    for before, after in (("verify", "receive"), ("forward", "hear_district"))
)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_taken_and_opened_work")]

    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
