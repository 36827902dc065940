"""Questions to the Gemini stand-in and readings of its answers, for its tests."""

import base64
import io
from fractions import Fraction

import av
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


def recording(words="", seconds=1.0, kind="ogg"):
    """Silence whose file says what is said in it."""
    written = io.BytesIO()
    with av.open(written, "w", format=kind) as container:
        stream = container.add_stream("libopus" if kind == "ogg" else "pcm_s16le", rate=48_000)
        stream.layout = "mono"
        if words:
            stream.metadata["LYRICS"] = words
        samples = int(48_000 * seconds)
        frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
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
