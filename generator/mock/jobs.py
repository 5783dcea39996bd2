"""Privacy jobs, kept in memory: one for each user and action in a request."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from generator.mock.settings import MockSettings

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:callsheet:local-mock")
_MOST = 10_000
_MOST_BYTES = 1 << 24
_SERVICE_DATE = "%m/%d/%Y %I:%M %p GMT"


@dataclass(frozen=True, slots=True)
class Job:
    """A privacy job. ``created`` and ``completes`` are in seconds since the epoch."""

    id: str
    request_id: str
    user: Mapping[str, Any]
    action: str
    products: tuple[str, ...]
    regulation: str
    created: float
    completes: float

    @property
    def complete(self) -> bool:
        """Whether the job has been processed, which depends on the time alone."""
        return time.time() >= self.completes

    def basic(self) -> dict[str, Any]:
        """The job as it appears in a list of jobs."""
        changed = self.completes if self.complete else self.created
        return {
            "jobId": self.id,
            "requestId": self.request_id,
            "userKey": self.user["key"],
            "action": self.action,
            "status": "complete" if self.complete else "processing",
            "submittedBy": "local-mock@techacct.adobe.com",
            "createdDate": _service_date(self.created),
            "lastModifiedDate": _service_date(changed),
        }

    def details(self, base_url: str) -> dict[str, Any]:
        """The job as the response of an operation that gets one job; ``base_url`` is the API's address."""
        state = "complete" if self.complete else "processing"
        details = {
            **self.basic(),
            "userIds": list(self.user["userIDs"]),
            "productResponses": [
                {
                    "product": product,
                    "retryCount": 0,
                    "processedDate": _service_date(self.completes if self.complete else self.created),
                    "productStatusResponse": {"status": state, "message": f"{product}: {state}"},
                }
                for product in self.products
            ],
            "childJobs": [],
            "regulation": self.regulation,
        }
        if self.complete and self.action == "access":
            details["downloadUrl"] = f"{base_url}/jobs/{self.id}/content"
        return details

    def content(self) -> bytes:
        """The job's data: a ZIP file with a folder for each product."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for product in self.products:
                data = {"product": product, "userIDs": list(self.user["userIDs"]), "records": []}
                archive.writestr(f"{product}/data.json", json.dumps(data, indent=2))
        return file.getvalue()


@dataclass
class Jobs:
    """All jobs by id, the newest last."""

    settings: MockSettings
    _jobs: dict[str, Job] = field(default_factory=dict)
    _requests: int = 0
    _made: int = 0
    _bytes: int = 0

    def __post_init__(self) -> None:
        user = {
            "key": "DavidSmith",
            "userIDs": [
                {"namespace": "email", "value": "dsmith@acme.com", "type": "standard", "namespaceId": 6}
            ],
        }
        now = time.time()
        products = ("Analytics", "AudienceManager")
        job = Job(
            self.settings.job_id, self._request_id(), user, "access", products, "ccpa", now - 3600, now - 1800
        )
        self._keep(job)

    def _keep(self, job: Job) -> None:
        """Store ``job``. While there are too many, drop the oldest, but never the one of ``job_id``."""
        self._jobs[job.id] = job
        self._made += 1
        self._bytes += _size(job)
        while len(self._jobs) > _MOST or (self._bytes > _MOST_BYTES and len(self._jobs) > 2):
            oldest = next(id_ for id_ in self._jobs if id_ != self.settings.job_id)
            self._bytes -= _size(self._jobs.pop(oldest))

    def _request_id(self) -> str:
        self._requests += 1
        return f"{1700000000000 + self._requests}RX-{self._requests:03d}"

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create the jobs that a request asks for, and return the body of the response."""
        request_id = self._request_id()
        now = time.time()
        created = []
        for user in body["users"]:
            for action in user["action"]:
                job = Job(
                    id=str(uuid.uuid5(_NAMESPACE, f"{request_id} {user['key']} {action} {self._made}")),
                    request_id=request_id,
                    user=user,
                    action=action,
                    products=tuple(body["include"]),
                    regulation=body.get("regulation", "ccpa"),
                    created=now,
                    completes=now + self.settings.processing,
                )
                self._keep(job)
                user_shown = {"key": user["key"], "action": [action], "userIDs": list(user["userIDs"])}
                created.append({"jobId": job.id, "customer": {"user": user_shown}})
        return {"requestId": request_id, "totalRecords": len(created), "jobs": created}

    def get(self, job_id: str) -> Job | None:
        """The job with that id, if there is one."""
        return self._jobs.get(job_id)

    def list(self, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of the jobs that match ``query``. Pages are numbered from 1; 0 is taken as 1."""
        found = [job.basic() for job in self._jobs.values() if _fits(job, query)]
        size, page = int(query.get("size", 25)), max(int(query.get("page", 1)), 1)
        return {"totalRecords": len(found), "jobDetails": found[(page - 1) * size : page * size]}


def _size(job: Job) -> int:
    """The size in bytes of what a client sent, as JSON."""
    return len(msgspec.json.encode((job.user, job.products)))


def date_problems(query: Mapping[str, str], today: date) -> Iterator[str]:
    """What is wrong with the dates in the query of a list of jobs, a sentence each."""
    for name in ("fromDate", "toDate", "filterDate"):
        if name in query and _date(query[name]) is None:
            yield f"{name} is not a date of the form YYYY-MM-DD."
    first, last = _date(query.get("fromDate", "")), _date(query.get("toDate", ""))
    if ("fromDate" in query) != ("toDate" in query):
        yield "fromDate and toDate go together."
    elif first and last:
        if last < first:
            yield "toDate lies before fromDate."
        if last - first > timedelta(days=30):
            yield "The range is longer than 30 days."
        if today - first > timedelta(days=45):
            yield "fromDate lies more than 45 days back."


def _fits(job: Job, query: Mapping[str, str]) -> bool:
    day = datetime.fromtimestamp(job.created, UTC).date()
    first, last = _date(query.get("fromDate", "")), _date(query.get("toDate", ""))
    if not first and "filterDate" not in query:
        first, last = datetime.now(UTC).date() - timedelta(days=7), datetime.now(UTC).date()
    return (
        job.regulation == query.get("regulation")
        and query.get("status", job.basic()["status"]) == job.basic()["status"]
        and _date(query.get("filterDate", "")) in (None, day)
        and (first is None or first <= day)
        and (last is None or day <= last)
    )


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _service_date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(_SERVICE_DATE)
