"""The servers that ``make run`` and ``make test`` bring along: PostgreSQL, S3, job worker and web.

One supervisor owns every process. All of them listen on 127.0.0.1 only, keep their data in ``var/`` and
use credentials generated at the first start. ``DATABASE_URL`` or ``S3_*`` in the environment replace the
embedded server of that kind.
"""
