"""Where the file of a send method comes from: a form part, a `file_id` or an address.

Source: https://core.telegram.org/bots/api#sending-files
"""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.telegram import media
from sandbox.telegram.call import Call
from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import Upload
from sandbox.telegram.markup import LOOPBACK

Json = dict[str, Any]

_ATTACHED = "attach://"
_DOWNLOAD_TIMEOUT_S = 20.0
_URL_PHOTO_BYTES_MAX = 5 * 1024 * 1024
_URL_FILE_BYTES_MAX = 20 * 1024 * 1024


async def receive(call: Call, kind: str, reference: str, options: Json) -> Json:
    """The message fields of the file that `reference` names. Raises ApiError."""
    if not reference.startswith(("http://", "https://", _ATTACHED)):
        return media.send_again(call.bot.files, kind, reference)
    if reference.startswith(_ATTACHED):
        upload = call.uploads.get(reference.removeprefix(_ATTACHED))
        if upload is None:
            raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    else:
        upload = await _download(reference, kind)
    if not upload.content:
        raise bad_request("file must be non-empty")
    thumbnail = call.uploads.get(
        str(options.get("thumbnail_reference", "")).removeprefix(_ATTACHED)
    )
    return await media.store(call.bot.files, kind, upload, options=options, thumbnail=thumbnail)


async def _download(url: str, kind: str) -> Upload:
    """The sandbox only reaches this machine; every other address fails as an unreachable one."""
    if urlsplit(url).hostname not in LOOPBACK:
        raise bad_request("failed to get HTTP URL content")
    size_max = _URL_PHOTO_BYTES_MAX if kind == "photo" else _URL_FILE_BYTES_MAX
    timeout = aiohttp.ClientTimeout(total=_DOWNLOAD_TIMEOUT_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(url) as response:
            response.raise_for_status()
            content = await _read_up_to(response, size_max)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise bad_request("failed to get HTTP URL content") from error
    if kind == "photo" and not response.content_type.startswith("image/"):
        raise bad_request("wrong type of the web page content")
    if len(content) > size_max:
        raise bad_request("failed to get HTTP URL content")
    filename = PurePosixPath(urlsplit(url).path).name
    return Upload(content=content, filename=filename, mime_type=response.content_type)


async def _read_up_to(response: aiohttp.ClientResponse, size_max: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        content += chunk
        if len(content) > size_max:
            break
    return bytes(content)
