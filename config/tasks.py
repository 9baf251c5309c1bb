"""Jobs about the job queue itself."""

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

SILENT_SECONDS = 60.0
"""After so long without a sign of life a worker counts as dead. A living one gives one every 10 seconds."""


@app.periodic(cron="*/2 * * * *")
@app.task(name="config.retry_stalled_jobs", queueing_lock="config.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Queue again what a worker was doing when it was killed; return how many jobs. Jobs can be repeated."""
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS))
    for job in stalled:
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # Another that does the same is waiting; without this, it would keep all jobs of the dead from being queued.
            assert job.id is not None
            await manager.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=False)
    return len(stalled)
