"""A customer of the Kling stand-in, for its tests."""

import base64
import io

import av

from sandbox.config import Config
from sandbox.film import FilmOrder, draw_film
from sandbox.tests.gemini_play import picture

QUICK = Config(video_job_s=0.0, image_job_s=0.0, webhook_time_scale=0.01)
KEY = {"Authorization": f"Bearer {QUICK.kling_api_key}"}
BARE_PICTURE = base64.b64encode(picture(size=(400, 300))).decode()
SILENT_HD = {"resolution": "720p", "duration": 5, "audio": "off"}


class Kling:
    """Both generations of the API, in one word each."""

    def __init__(self, client, headers=None):
        self.client = client
        self.headers = KEY if headers is None else headers

    def post(self, path, body):
        return self.client.post(f"/kling{path}", json=body, headers=self.headers)

    def get(self, path, **query):
        return self.client.get(f"/kling{path}", params=query, headers=self.headers)

    def from_words(self, prompt="[[fast]] кот", *, model="kling-3.0", settings=None, **options):
        body = {"prompt": prompt, "settings": settings or SILENT_HD, "options": options}
        return self.post(f"/text-to-video/{model}", body)

    def from_contents(self, contents, *, model="kling-3.0", omni=False, **settings):
        said = [{"type": "prompt", "text": "[[fast]] кот"}, *contents]
        path = "omni-video" if omni else "image-to-video"
        return self.post(f"/{path}/{model}", {"contents": said, "settings": SILENT_HD | settings})

    def from_words_legacy(self, prompt="[[fast]] кот", **changes):
        body = {"model_name": "kling-v2-6", "prompt": prompt, "mode": "pro", "duration": "5"}
        return self.post("/v1/videos/text2video", body | changes)

    def from_image_legacy(self, prompt="[[fast]] кот", **changes):
        body = {"model_name": "kling-v2-6", "prompt": prompt, "mode": "pro", "image": BARE_PICTURE}
        return self.post("/v1/videos/image2video", body | changes)

    def task(self, task_id):
        [task] = data_of(self.get("/tasks", task_ids=task_id))
        return task

    def film(self, response):
        """The film that a submit of the new standard leads to."""
        [output] = self.task(data_of(response)["id"])["outputs"]
        return watched(self.client.get(output["url"]).content)


def data_of(response):
    body = response.json()
    assert response.status_code == 200, body
    assert (body["code"], body["message"]) == (0, "SUCCEED")
    return body["data"]


def refusal_of(response):
    body = response.json()
    assert set(body) == {"code", "message", "request_id"}
    return response.status_code, body["code"]


def watched(content):
    """Size, whole seconds, and whether there is sound."""
    with av.open(io.BytesIO(content)) as film:
        [stream] = film.streams.video
        seconds = round(film.duration / av.time_base)
        return (stream.width, stream.height), seconds, bool(film.streams.audio)


def still_of(content, *, at_end=False):
    """The first or the last picture of a film."""
    with av.open(io.BytesIO(content)) as film:
        frames = [frame.to_image() for frame in film.decode(video=0)]
    return frames[-1 if at_end else 0]


def source_film(seconds=3):
    order = FilmOrder(prompt="дом", model="Source", width=320, height=180, seconds=seconds)
    return draw_film(order)
