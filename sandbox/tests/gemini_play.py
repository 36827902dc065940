"""Questions to the Gemini stand-in and readings of its answers, for its tests."""

import base64
import io

from PIL import Image

from sandbox.tests.serving import FAST

MODEL = "gemini-nano-banana-2.1"
KEY = {"x-goog-api-key": FAST.gemini_api_key}


def inline(content, mime="image/png"):
    return {"inlineData": {"mimeType": mime, "data": base64.b64encode(content).decode()}}


def picture(color="red", size=(40, 60), kind="PNG"):
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind)
    return written.getvalue()


def parts_of(response):
    assert response.status_code == 200, response.text
    return response.json()["candidates"][0]["content"]["parts"]


def image_of(response):
    [*_, last] = [part for part in parts_of(response) if "inlineData" in part]
    return Image.open(io.BytesIO(base64.b64decode(last["inlineData"]["data"])))


def refusal_of(response):
    error = response.json()["error"]
    assert error["code"] == response.status_code
    return error
