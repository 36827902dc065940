"""Orders to the OpenAI stand-in and readings of its answers, for its tests."""

import base64
import io

from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests.gemini_play import picture
from sandbox.tests.serving import FAST

KEY = {"Authorization": f"Bearer {FAST.openai_api_key}"}
SORA_KEY = {"Authorization": f"Bearer {FAST.sora_api_key}"}
MODEL = "gpt-image-2.5-flare"


class OpenAi:
    def __init__(self, client):
        self.client = client

    def generate(self, prompt="кот", *, headers=KEY, **changes):
        body = {"model": MODEL, "prompt": prompt, "size": "1024x1024", "quality": "low"} | changes
        return self.client.post("/openai/v1/images/generations", json=body, headers=headers)

    def edit(self, prompt="кот", *, images=None, mask=None, **changes):
        images = images or [picture(size=(160, 90))]
        name = "image" if len(images) == 1 else "image[]"
        files = [(name, (f"{n}.png", each, "image/png")) for n, each in enumerate(images)]
        if mask is not None:
            files.append(("mask", ("mask.png", mask, "image/png")))
        fields = {"model": MODEL, "prompt": prompt, "quality": "low"} | changes
        path = "/openai/v1/images/edits"
        return self.client.post(path, data=fields, files=files, headers=KEY)


class Videos:
    def __init__(self, client, prefix="/openai", headers=KEY):
        self.client = client
        self.path = f"{prefix}/v1/videos"
        self.headers = headers

    def create(self, prompt="кот", *, reference=None, **changes):
        fields = {"prompt": prompt, "model": "sora-2"} | changes
        files = {"input_reference": ("a.png", reference, "image/png")} if reference else {}
        # A file-like None makes a form of what has no file.
        parts = files or {"model": (None, fields.pop("model"))}
        return self.client.post(self.path, data=fields, files=parts, headers=self.headers)

    def begin(self, *given, **changes):
        response = self.create(*given, **changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def get(self, video_id):
        response = self.client.get(f"{self.path}/{video_id}", headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()

    def finish(self, prompt="кот", **changes):
        return self.get(self.begin(f"[[fast]] {prompt}", **changes))

    def content(self, video_id, **query):
        path = f"{self.path}/{video_id}/content"
        return self.client.get(path, params=query, headers=self.headers)

    def film(self, *given, **changes):
        return probe_film(self.content(self.finish(*given, **changes)["id"]).content)


def pictures_of(response):
    assert response.status_code == 200, response.text
    return [base64.b64decode(each["b64_json"]) for each in response.json()["data"]]


def opened(response):
    [content] = pictures_of(response)
    return Image.open(io.BytesIO(content))


def refusal_of(response):
    assert response.status_code >= 400, response.text
    return response.json()["error"]
