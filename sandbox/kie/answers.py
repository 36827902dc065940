"""Records of jobs as both APIs of kie.ai show them (facts: provider notes, 6.1 and 7.3)."""

import base64
import hashlib
import hmac
import json
from typing import Any

from sandbox.jobs import Failure, Job, Letter, Look, Media, Signer, State
from sandbox.kie.errors import FAIL_WORDS

_STATES = {
    State.QUEUED: "waiting",
    State.RUNNING: "generating",
    State.DONE: "success",
    State.FAILED: "fail",
    State.CANCELLED: "fail",
    State.UNKNOWN: "hatching",
}
_RUNS, _FAILED_AFTER_START = 0, 3
_FLAGS = {State.DONE: 1, State.FAILED: 2, State.CANCELLED: 2, State.UNKNOWN: 7}


def ok(data: Any) -> dict[str, Any]:
    return {"code": 200, "msg": "success", "data": data}


def job_record(job: Job, look: Look, media: Media) -> dict[str, Any]:
    """JSON inside strings, as kie has it."""
    code, words = _why(job, look)
    urls = media.urls(job) if look.state is State.DONE else []
    return {
        "taskId": job.id,
        "model": job.model,
        "state": _STATES[look.state],
        "param": job.facts["param"],
        "resultJson": json.dumps({"resultUrls": urls}) if look.state is State.DONE else "",
        "failCode": code,
        "failMsg": words,
        "costTime": _milliseconds(job.ended_at - job.created_at) if job.end else None,
        "completeTime": _milliseconds(job.ended_at) if job.end else None,
        "createTime": _milliseconds(job.created_at),
        "creditsConsumed": job.facts["credits"] if job.end is State.DONE else 0,
    }


def mj_record(job: Job, look: Look, media: Media) -> dict[str, Any]:
    code, words = _why(job, look)
    urls = media.urls(job) if look.state is State.DONE else []
    results = {"resultUrls": [{"resultUrl": url} for url in urls]}
    return {
        "taskId": job.id,
        "taskType": job.facts["task_type"],
        "paramJson": job.facts["param"],
        "createTime": _milliseconds(job.created_at),
        "completeTime": _milliseconds(job.ended_at) if job.end else None,
        "successFlag": _flag(job, look),
        "resultInfoJson": results if look.state is State.DONE else None,
        "errorCode": int(code) if code else None,
        "errorMessage": words,
    }


def job_callback(job: Job, look: Look, media: Media) -> dict[str, Any]:
    record = job_record(job, look, media)
    if look.state is State.DONE:
        return ok(record)
    return {"code": 501, "msg": "Playground task failed.", "data": record}


def mj_callback(job: Job, look: Look, media: Media) -> dict[str, Any]:
    urls = media.urls(job) if look.state is State.DONE else []
    data = {"taskId": job.id, "promptJson": job.facts["param"], "resultUrls": urls}
    if look.state is State.DONE:
        return ok(data)
    return {"code": 500, "msg": _why(job, look)[1], "data": data}


def signer(key: str) -> Signer:
    """Covers the task id and the moment, not the body."""

    def sign(letter: Letter) -> dict[str, str]:
        task_id = json.loads(letter.body)["data"]["taskId"]
        message = f"{task_id}.{letter.at}".encode()
        signature = base64.b64encode(hmac.digest(key.encode(), message, hashlib.sha256))
        return {
            "X-Webhook-Timestamp": str(letter.at),
            "X-Webhook-Signature": signature.decode(),
        }

    return sign


def _flag(job: Job, look: Look) -> int:
    if look.state is State.FAILED and job.failure is Failure.PROVIDER:
        return _FAILED_AFTER_START
    return _FLAGS.get(look.state, _RUNS)


def _why(job: Job, look: Look) -> tuple[str, str]:
    if look.state is not State.FAILED:
        return "", ""
    return FAIL_WORDS[job.failure or Failure.PROVIDER]


def _milliseconds(moment: float) -> int:
    return round(moment * 1000)
