"""What a caller of the Interactions API can do, in one word each."""

import re

from sandbox.film.source import probe_film
from sandbox.tests.google_play import KEY, OMNI, until_done

URI = {"type": "video", "delivery": "uri"}
SMALL = URI | {"resolution": "360p", "duration": "3s"}


class Omni:
    def __init__(self, client):
        self.client = client

    def create(self, prompt="кот", *media, headers=KEY, task=None, **body):
        """Create an interaction in the background; the raw answer comes back."""
        config = {"generation_config": {"video_config": {"task": task}}} if task else {}
        content = [*media, {"type": "text", "text": prompt}]
        usual = {
            "model": OMNI,
            "background": True,
            "response_format": URI,
            "input": [{"type": "user_input", "content": content}],
        }
        asked = usual | config | body
        return self.client.post("/gemini/v1/interactions", json=asked, headers=headers)

    def get(self, interaction_id):
        path = f"/gemini/v1/interactions/{interaction_id}?stream=false"
        return self.client.get(path, headers=KEY)

    def ended(self, *args, **body):
        """The interaction of this prompt when it has ended."""
        made = self.create(*args, **body)
        assert made.status_code == 200, made.text
        interaction_id = made.json()["id"]
        return until_done(
            lambda: self.get(interaction_id).json(),
            lambda said: said.get("status") in ("completed", "failed", "cancelled"),
        )

    def film_of(self, interaction):
        """Pixel size, seconds and bytes of the film an interaction made."""
        file = f"/gemini/v1/files/{file_id(interaction)}"
        until_done(
            lambda: self.client.get(file, headers=KEY).json(),
            lambda said: said["state"] == "ACTIVE",
        )
        content = self.client.get(f"{file}:download?alt=media", headers=KEY).content
        return *probe_film(content), content


def file_id(interaction):
    [made] = interaction["steps"][-1]["content"]
    return re.search(r"files/(\w+)", made["uri"])[1]
