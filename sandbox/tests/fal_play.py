"""Orders to the fal stand-in and readings of its answers, for its tests."""

import base64
import io
import time

from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests.gemini_play import picture
from sandbox.tests.serving import FAST

HEADERS = {"Authorization": f"Key {FAST.fal_api_key}"}
BANANA = "google/nano-banana-2.1"
FLUX = "fal-ai/flux-pro/v1.1-ultra"
KLING = "fal-ai/kling-video/v3/pro"


def data_uri(content=None):
    content = content or picture(size=(160, 90))
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


class Fal:
    def __init__(self, client):
        self.client = client

    def submit(self, prompt="кот", *, model=BANANA, headers=HEADERS, hook="", **given):
        query = {"fal_webhook": hook} if hook else {}
        body = {"prompt": prompt} | given
        return self.client.post(f"/fal/{model}", json=body, params=query, headers=headers)

    def begin(self, *given, **fields):
        response = self.submit(*given, **fields)
        assert response.status_code == 200, response.text
        return response.json()

    def status(self, job):
        return self.client.get(job["status_url"], headers=HEADERS)

    def answer(self, job):
        return self.client.get(job["response_url"], headers=HEADERS)

    def finish(self, prompt="кот", **fields):
        """The model's answer, at the first poll thanks to [[fast]]."""
        job = self.begin(f"[[fast]] {prompt}", **fields)
        assert self.status(job).json()["status"] == "COMPLETED"
        return self.answer(job)

    def pictures(self, *given, **fields):
        response = self.finish(*given, **fields)
        assert response.status_code == 200, response.text
        urls = [image["url"] for image in response.json()["images"]]
        return [self.picture(url) for url in urls]

    def picture(self, url):
        return Image.open(io.BytesIO(self.client.get(url).content))

    def film(self, *given, **fields):
        """Size and length of the film that the job made."""
        response = self.finish(*given, **fields)
        assert response.status_code == 200, response.text
        return probe_film(self.client.get(response.json()["video"]["url"]).content)

    def cancel(self, job):
        return self.client.put(job["cancel_url"], headers=HEADERS)


def wait_for(inbox, count):
    """The callbacks that came, once there are so many."""
    deadline = time.monotonic() + 10
    while len(inbox.received) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(inbox.received) >= count
    return list(inbox.received)


def detail_of(response):
    [item] = response.json()["detail"]
    return item
