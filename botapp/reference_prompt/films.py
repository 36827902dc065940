"""Films of YouTube, Instagram and TikTok, by yt-dlp in a process of its own."""

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt.links import Site

logger = logging.getLogger(__name__)

CHILD = "botapp.reference_prompt.ytdlp_child"
ROOT = Path(__file__).resolve().parents[2]
BYTES_MAX = 50 * 1024 * 1024
SECONDS_MAX = 75
FILM_SECONDS_MAX = 600
EXTRACTORS = {
    Site.YOUTUBE: ("youtube",),
    Site.INSTAGRAM: ("instagram", "instagram:story"),
    Site.TIKTOK: ("tiktok", "vm.tiktok"),
}


@dataclass(frozen=True)
class Limits:
    bytes_max: int = BYTES_MAX
    seconds_max: int = SECONDS_MAX
    film_seconds_max: int = FILM_SECONDS_MAX


@dataclass(frozen=True)
class Cookies:
    """An account's cookies in Netscape's format: a file, or its content."""

    path: str = ""
    content: bytes = b""


def download(
    url: str,
    extractors: Sequence[str],
    *,
    cookies: Cookies = Cookies(),  # frozen
    limits: Limits = Limits(),  # frozen
    local_hosts: Collection[str] = (),
) -> bytes:
    """The bytes of the film that the page shows. Raises BadReferenceError."""
    with TemporaryDirectory(prefix="reference-") as folder:
        job = {
            "url": url,
            "extractors": list(extractors),
            "folder": folder,
            "cookie_file": _copy(cookies, Path(folder)),
            "local_hosts": list(local_hosts),
            "bytes_max": limits.bytes_max,
            "seconds_max": limits.seconds_max,
            "film_seconds_max": limits.film_seconds_max,
        }
        answer = _run(job, seconds_max=limits.seconds_max)
        if "name" in answer:
            return Path(folder, answer["name"]).read_bytes()
    raise BadReferenceError(Trouble(answer["trouble"]), answer["detail"])


def _run(job: dict[str, object], *, seconds_max: int) -> dict[str, str]:
    """What the child says. Raises BadReferenceError when it was killed or died."""
    try:
        done = subprocess.run(  # noqa: S603  # our own module; the link goes in as data
            [sys.executable, "-m", CHILD],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds_max,
            cwd=ROOT,
            env=_environment(str(job["folder"])),
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise BadReferenceError(Trouble.NO_ANSWER, "it took too long") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace")[-500:]
        logger.exception("yt-dlp ended badly", extra={"said": said})
        raise BadReferenceError(Trouble.NO_ANSWER, f"ended with {error.returncode}") from error
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _environment(folder: str) -> dict[str, str]:
    """None of our secrets, no proxy, no plugins and no configuration of anybody's home."""
    return {"PATH": os.defpath, "HOME": folder, "TMPDIR": folder, "YTDLP_NO_PLUGINS": "1"}


def _copy(cookies: Cookies, folder: Path) -> str:
    """yt-dlp writes back to the file it reads: it gets a copy. Empty when there are none."""
    copy = folder / "cookies.txt"
    if cookies.path:
        shutil.copyfile(cookies.path, copy)
    elif cookies.content:
        copy.write_bytes(cookies.content)
    else:
        return ""
    return str(copy)
