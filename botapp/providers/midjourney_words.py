"""Midjourney's own manner of speaking."""

import re

from botapp.providers.base import Failure, Job, Parent, ProviderError

_FLAG = re.compile(r"(?:--+|—)(?=[A-Za-z])")


def without_flags(prompt: str) -> str:
    """A person's own `--turbo` or `--repeat` would change what was paid for: the dashes go."""
    return _FLAG.sub("", prompt)


def parent_of(job: Job) -> Parent:
    """Raises ProviderError(BAD_INPUT) for a follow-up of nothing."""
    if job.parent is None:
        raise ProviderError(Failure.BAD_INPUT, f"{job.mode} without the job it follows")
    return job.parent
