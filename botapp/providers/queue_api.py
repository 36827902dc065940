"""The data that describes a job API to `queue.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from botapp.catalog.vocabulary import Mode
from botapp.providers.base import Failure


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class QueueApi:
    """A job API in data. An endpoint is `METHOD /path/{id}`; everything else that is a text is a
    path into the answer (`json_paths.py`). An empty one means that the provider has no such thing.
    """

    submit: str
    poll: str
    job_id: str
    status: str
    # Their word → ours; a word of next year counts as still running.
    statuses: Mapping[str, State]
    poll_after_s: float
    auth_header: str = "Authorization"
    auth_format: str = "Bearer {key}"
    headers: Mapping[str, str] = field(default_factory=dict)

    # Where the address of the submit depends on the mode.
    submit_by_mode: Mapping[Mode, str] = field(default_factory=dict)
    results: str = ""
    # Where the result is when the last poll does not bring it; formatted like `poll`.
    result: str = ""
    cancel: str = ""
    recovery: str = ""
    callback_job_id: str = ""
    # Kept from the submit's answer for later endpoints: name → path.
    kept: Mapping[str, str] = field(default_factory=dict)
    progress: str = ""
    # Their whole is this many of our hundred parts.
    progress_scale: float = 1.0
    estimate: str = ""
    cost: str = ""
    usd_per_unit: float = 1.0

    # Any answer: its code, the codes that mean "good" (none: HTTP's word is enough), its words.
    code: str = ""
    good_codes: frozenset[str] = frozenset()
    message: str = ""
    # A job that failed: its code and its words.
    job_code: str = ""
    job_message: str = ""
    # What a code means, in answers and in failed jobs.
    codes: Mapping[str, Failure] = field(default_factory=dict)
    # Regular expressions, tried in order on `code message`, ignoring case.
    words: Mapping[str, Failure] = field(default_factory=dict)
