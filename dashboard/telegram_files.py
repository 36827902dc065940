"""A file somebody sent to the bot, fetched from Telegram each time it is looked at.

getFile and the download address: https://core.telegram.org/bots/api#getfile. The address holds the
bot's token: it goes to nobody, and no error's text is passed on.
"""

import httpx
from django.conf import settings

BYTES_MAX = 20 * 1024 * 1024
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
# The end of the description with which getFile refuses what a bot may not download.
TOO_BIG = "file is too big"


class FileUnavailableError(Exception):
    """Telegram does not give the file, or not now."""


class FileTooLargeError(FileUnavailableError):
    """More than a bot may download, or more than Telegram announced."""


def fetch(file_id: str) -> bytes:
    """The whole file, at most BYTES_MAX."""
    bot = f"bot{settings.TELEGRAM_BOT_TOKEN}"
    base = settings.TELEGRAM_API_BASE_URL
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            path = _find_path(client, f"{base}/{bot}/getFile", file_id)
            return _download(client, f"{base}/file/{bot}/{path}")
    except (httpx.HTTPError, httpx.InvalidURL):
        raise FileUnavailableError from None


def _find_path(client: httpx.Client, address: str, file_id: str) -> str:
    response = client.get(address, params={"file_id": file_id})
    if TOO_BIG in response.text:
        raise FileTooLargeError
    if response.status_code != httpx.codes.OK:
        raise FileUnavailableError
    try:
        found = response.json()["result"]
        size_bytes, path = int(found.get("file_size", 0)), str(found["file_path"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileUnavailableError from error
    if size_bytes > BYTES_MAX:
        raise FileTooLargeError
    return path


def _download(client: httpx.Client, address: str) -> bytes:
    content = bytearray()
    with client.stream("GET", address) as response:
        if response.status_code != httpx.codes.OK:
            raise FileUnavailableError
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > BYTES_MAX:
                raise FileTooLargeError
    return bytes(content)
