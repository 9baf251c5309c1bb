"""Write and read one small object on an S3 server, with nothing but the standard library.

The application's own S3 adapter needs Django's settings, which do not exist before the servers run.
"""

import hashlib
import hmac
import http.client
import secrets
from datetime import UTC, datetime

BUCKET = "lua-probe"


class S3Probe:
    """Signs plain requests (AWS Signature Version 4) for one server."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, region: str) -> None:
        self._endpoint = endpoint
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region

    def round_trip(self) -> str | None:
        """Return None when an object written was read back the same, else what went wrong."""
        body = secrets.token_bytes(32)
        key = f"/{BUCKET}/probe"
        try:
            status, _ = self._request("PUT", f"/{BUCKET}", b"")
            if status not in (200, 409):
                return f"cannot make a bucket (HTTP {status})"
            status, _ = self._request("PUT", key, body)
            if status != 200:
                return f"cannot write (HTTP {status})"
            status, read = self._request("GET", key, b"")
            if status != 200 or read != body:
                return f"cannot read back what was written (HTTP {status})"
        except (OSError, http.client.HTTPException) as error:
            return f"no answer ({error})"
        return None

    def _request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        now = datetime.now(UTC)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": self._endpoint, "x-amz-content-sha256": digest, "x-amz-date": stamp}
        names = ";".join(headers)
        canonical = "\n".join(
            [method, path, "", *(f"{name}:{value}" for name, value in headers.items()), "", names, digest]
        )
        scope = f"{day}/{self._region}/s3/aws4_request"
        to_sign = "\n".join(
            ["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()]
        )
        key = f"AWS4{self._secret_key}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self._access_key}/{scope},"
            f" SignedHeaders={names}, Signature={signature}"
        )
        connection = http.client.HTTPConnection(self._endpoint, timeout=5)
        try:
            connection.request(method, path, body, {**headers, "authorization": authorization})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
