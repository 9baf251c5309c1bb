"""Jobs of a killed worker are done after all."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_default_queue() -> None:
    """Let a real worker, a process of its own, do what waits in the default queue."""
    server = connection.settings_dict
    address = f"{server['USER']}:{quote(server['PASSWORD'], safe='')}@{server['HOST']}:{server['PORT']}"
    subprocess.run(
        [sys.executable, "manage.py", "procrastinate", "worker", "--queues=default", "--one-shot"],
        env=os.environ | {"DATABASE_URL": f"postgres://{address}/{server['NAME']}"},
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        timeout=30,
    )


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_queued_again_and_others_are_left_alone() -> None:
    names = {
        app.configure_task("documents.make_derivatives", queue="previews").defer(document_id="0"): name
        for name in ("doubled", "abandoned", "silent", "waiting", "working")
    }
    ids = {name: pk for pk, name in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '10 minutes'), (now())"
            " RETURNING id"
        )
        (silent,), (living,) = cursor.fetchall()
        for name, worker in (
            ("doubled", None),
            ("abandoned", None),
            ("silent", silent),
            ("working", living),
        ):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
                [worker, ids[name]],
            )
        cursor.execute(
            "UPDATE procrastinate_jobs SET queueing_lock = 'one of these' WHERE id = ANY(%s)",
            [[ids["doubled"], ids["waiting"]]],
        )
    app.configure_task("config.retry_stalled_jobs").defer(timestamp=0)

    run_default_queue()

    states = dict(ProcrastinateJob.objects.filter(pk__in=ids.values()).values_list("pk", "status"))
    assert {name: states[pk] for name, pk in ids.items()} == {
        "doubled": "aborted",
        "abandoned": "todo",
        "silent": "todo",
        "waiting": "todo",
        "working": "doing",
    }
    retries = ProcrastinateJob.objects.filter(task_name="config.retry_stalled_jobs")
    assert set(retries.values_list("status", flat=True)) == {"succeeded"}
