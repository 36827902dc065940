"""Finds the link in a message, and whose it is."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from botapp.business.reference_errors import BadReferenceError, Trouble

LENGTH_MAX = 2048
# People leave out the scheme of the sites everybody knows.
LINK = re.compile(
    r"https?://\S+|(?<![\w.@/-])(?:[a-z]{1,3}\.)?"
    r"(?:youtube\.com|youtu\.be|instagram\.com|tiktok\.com)/\S+",
    re.IGNORECASE,
)
# What a sentence puts behind a link.
PUNCTUATION = ".,;:!?)]}>»”\"'…"


PICTURES = (".png", ".jpg", ".jpeg", ".webp")


class Site(StrEnum):
    """Sites whose films yt-dlp finds; everything else is a file behind a direct link."""

    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"


HOSTS = {
    Site.YOUTUBE: ("youtube.com", "youtu.be", "youtube-nocookie.com"),
    Site.INSTAGRAM: ("instagram.com", "instagr.am"),
    Site.TIKTOK: ("tiktok.com",),
}


@dataclass(frozen=True)
class Link:
    url: str
    site: Site | None

    @property
    def is_picture(self) -> bool:
        """As far as the address itself says so."""
        return self.site is None and urlsplit(self.url).path.lower().endswith(PICTURES)


def find(text: str) -> tuple[Link, str] | None:
    """The first link of a message, and the words around it; None when there is none.

    Raises BadReferenceError(BAD_LINK) for one that leads nowhere we would go.
    """
    found = LINK.search(text)
    if found is None:
        return None
    url = found[0].rstrip(PUNCTUATION)
    words = text.replace(url, "", 1).strip()
    return parse(url if "://" in url else f"https://{url}"), words


def parse(url: str) -> Link:
    """Raises BadReferenceError(BAD_LINK)."""
    try:
        parts = urlsplit(url)
        is_good = _is_good(parts) and len(url) <= LENGTH_MAX and "\\" not in url
    except ValueError as error:
        raise BadReferenceError(Trouble.BAD_LINK, "malformed") from error
    if not is_good:
        raise BadReferenceError(Trouble.BAD_LINK, "not a plain address of the web")
    return Link(url, _site_of(parts.hostname or ""))


def _is_good(parts: SplitResult) -> bool:
    # `@` hides where a link really leads: https://youtube.com@elsewhere.example.
    is_plain = "@" not in parts.netloc and parts.port != 0
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain


def _site_of(host: str) -> Site | None:
    host = host.rstrip(".").lower()
    for site, names in HOSTS.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return site
    return None
