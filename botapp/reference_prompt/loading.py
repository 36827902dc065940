"""From a link to what the text model can look at."""

from django.conf import settings

from botapp.business.reference_errors import BadReferenceError, Trouble
from botapp.reference_prompt import films, links, public_web
from botapp.reference_prompt.links import Site

# A film of YouTube that is none of these may still be open to Google itself.
FINAL = {Trouble.BAD_LINK, Trouble.NOT_FOUND, Trouble.TOO_LONG}


def load(url: str) -> bytes | None:
    """The bytes behind a person's link; None for a film of YouTube that only Google can get at:
    the text model is given its address. Raises BadReferenceError."""
    link = links.parse(url)
    if link.site is None:
        return public_web.fetch(link.url, local_hosts=settings.REFERENCE_LOCAL_HOSTS)
    cookies = films.Cookies(settings.YTDLP_COOKIES_FILE, settings.YTDLP_COOKIES)
    try:
        return films.download(link.url, films.EXTRACTORS[link.site], cookies=cookies)
    except BadReferenceError as error:
        if link.site is Site.YOUTUBE and error.trouble not in FINAL:
            return None
        raise
