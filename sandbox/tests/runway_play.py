"""Orders to the Runway stand-in and readings of its answers, for its tests."""

import base64
import io

from PIL import Image

from sandbox.film.source import probe_film
from sandbox.tests.gemini_play import picture
from sandbox.tests.serving import FAST

HEADERS = {
    "Authorization": f"Bearer {FAST.runway_api_key}",
    "X-Runway-Version": "2024-11-06",
}


def data_uri(content=None, mime="image/png"):
    content = content or picture(size=(160, 90))
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


class Runway:
    """`usual` is a body of image_to_video that every test may change."""

    usual = {
        "model": "gen4_turbo",
        "promptImage": data_uri(),
        "promptText": "кот",
        "ratio": "1280:720",
        "duration": 2,
    }

    def __init__(self, client):
        self.client = client

    def submit(self, prompt="кот", *, endpoint="image_to_video", headers=HEADERS, **changes):
        usual = self.usual if endpoint == "image_to_video" else {}
        body = usual | {"promptText": prompt} | changes
        return self.client.post(f"/runway/v1/{endpoint}", json=body, headers=headers)

    def begin(self, *given, **changes):
        response = self.submit(*given, **changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def poll(self, task_id):
        response = self.client.get(f"/runway/v1/tasks/{task_id}", headers=HEADERS)
        assert response.status_code == 200, response.text
        return response.json()

    def finish(self, prompt="кот", **changes):
        """The task once it has ended; at the first poll thanks to [[fast]]."""
        return self.poll(self.begin(f"[[fast]] {prompt}", **changes))

    def result(self, *given, **changes):
        """The bytes that the task made."""
        task = self.finish(*given, **changes)
        assert task["status"] == "SUCCEEDED", task
        [url] = task["output"]
        return self.client.get(url).content

    def film(self, *given, **changes):
        """Size and length of the film that the task made."""
        return probe_film(self.result(*given, **changes))

    def still_size(self, *given, **changes):
        content = self.result(*given, endpoint="text_to_image", **changes)
        return Image.open(io.BytesIO(content)).size


def issue_of(response):
    assert response.status_code == 400, response.text
    body = response.json()
    assert body["error"] == "Validation of body failed"
    [issue] = body["issues"]
    return issue
