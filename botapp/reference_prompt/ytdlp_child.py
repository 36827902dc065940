"""The process in which yt-dlp runs: alone, guarded, and killed when its time is over.

Reads a job as JSON from its input and writes what became of it to its output:
`{"name": …}`, the file in the job's folder, or `{"trouble": …, "detail": …}`.
"""

import importlib
import json
import re
import resource
import sys
from typing import Any

from botapp.business.reference_errors import Trouble
from botapp.reference_prompt.addresses import may_connect

SOCKET_TIMEOUT_S = 10
MEMORY_BYTES_MAX = 2 * 1024**3
HEIGHT_MAX = 720
# Other processes and other HTTP stacks would connect behind the guard's back.
STARTS = frozenset(
    {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "os.forkpty"}
)
CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
FOREIGN_STACKS = frozenset({"curl_cffi"})
# One file, fetched as it is: nothing here could join pictures and sound.
SINGLE = "[ext=mp4][protocol~='^https?$']"

# What yt-dlp says, in the order of how sure it makes us.
WORDS = (
    (r"larger than max-filesize|file too large", Trouble.TOO_LARGE),
    (r"private|log ?in|sign in|cookies|age.restricted|authentication|only available for registered",
     Trouble.LOGIN_NEEDED),
    (r"unavailable|not available|removed|deleted|does(?:n't| not) exist|\b404\b|\b410\b",
     Trouble.NOT_FOUND),
    (r"no video|not a video|unsupported url|no suitable extractor|requested format",
     Trouble.NO_MEDIA),
)  # fmt: skip


class Guard:
    """An audit hook: unlike a patched function it sees every connection that Python makes."""

    def __init__(self, local_hosts: list[str]) -> None:
        self._local_hosts = local_hosts
        self.refused = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in CONNECTS and not self._may_connect(args[1]):
            self.refused = True
            raise PermissionError("not a public address")
        if event in STARTS:
            raise PermissionError("no other processes")
        if event == "import" and str(args[0]).partition(".")[0] in FOREIGN_STACKS:
            raise ImportError("it would connect behind the guard's back")

    def _may_connect(self, address: Any) -> bool:
        is_internet = isinstance(address, tuple) and isinstance(address[0], str)
        return is_internet and may_connect(
            address[0], int(address[1]), local_hosts=self._local_hosts
        )


class Silent:
    """yt-dlp's errors are raised; the rest is of no interest."""

    def debug(self, message: str) -> None: ...

    def warning(self, message: str) -> None: ...

    def error(self, message: str) -> None: ...


def main() -> None:
    job = json.load(sys.stdin)
    limit(bytes_max=job["bytes_max"], seconds_max=job["seconds_max"])
    guard = Guard(job["local_hosts"])
    sys.addaudithook(guard)
    yt_dlp = importlib.import_module("yt_dlp")
    try:
        answer = download(yt_dlp, job)
    except yt_dlp.utils.YoutubeDLError as error:
        trouble = Trouble.BAD_LINK if guard.refused else read_trouble(str(error))
        answer = {"trouble": trouble, "detail": str(error)[:500]}
    json.dump(answer, sys.stdout)


def limit(*, bytes_max: int, seconds_max: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds_max, seconds_max))


def download(yt_dlp: Any, job: dict[str, Any]) -> dict[str, str]:
    with yt_dlp.YoutubeDL(options(job)) as downloader:
        found = downloader.extract_info(job["url"], download=False) or {}
        # A post with several films: the first.
        entries = [entry for entry in found.get("entries") or [] if entry]
        film = entries[0] if entries else found
        if "formats" not in film and "url" not in film:
            return {"trouble": Trouble.NO_MEDIA, "detail": "no film in it"}
        if film.get("is_live") or (film.get("duration") or 0) > job["film_seconds_max"]:
            return {"trouble": Trouble.TOO_LONG, "detail": f"{film.get('duration')} s"}
        fetched = downloader.process_ie_result(film, download=True)
    saved = fetched.get("requested_downloads") or []
    if not saved or "filepath" not in saved[0]:
        return {"trouble": Trouble.TOO_LARGE, "detail": "yt-dlp left the file alone"}
    return {"name": saved[0]["filepath"].rpartition("/")[2]}


def options(job: dict[str, Any]) -> dict[str, Any]:
    small = f"[filesize<?{job['bytes_max']}][height<=?{HEIGHT_MAX}]"
    return {
        "allowed_extractors": job["extractors"],
        "format": f"b{SINGLE}{small}/bv{SINGLE}{small}/b{SINGLE}/bv{SINGLE}",
        "outtmpl": {"default": f"{job['folder']}/film.%(ext)s"},
        "cookiefile": job["cookie_file"] or None,
        "max_filesize": job["bytes_max"],
        "noplaylist": True,
        "playlist_items": "1",
        "socket_timeout": SOCKET_TIMEOUT_S,
        "retries": 2,
        "extractor_retries": 1,
        "fragment_retries": 2,
        "proxy": "",
        "cachedir": False,
        "fixup": "never",
        "js_runtimes": {},
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "logger": Silent(),
    }


def read_trouble(said: str) -> Trouble:
    for pattern, trouble in WORDS:
        if re.search(pattern, said, re.IGNORECASE):
            return trouble
    return Trouble.NO_ANSWER


if __name__ == "__main__":
    main()
