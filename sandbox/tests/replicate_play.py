"""Orders to the Replicate stand-in and readings of its answers, for its tests."""

import io

from PIL import Image

from sandbox.tests.serving import FAST

HEADERS = {"Authorization": f"Bearer {FAST.replicate_api_key}"}
FLUX = "black-forest-labs/flux-1.1-pro-ultra"
IMAGEN = "google/imagen-4"


class Replicate:
    def __init__(self, client):
        self.client = client

    def submit(self, prompt="кот", *, model=FLUX, headers=HEADERS, more=None, **given):
        body = {"input": {"prompt": prompt} | given} | (more or {})
        path = f"/replicate/v1/models/{model}/predictions"
        return self.client.post(path, json=body, headers=headers)

    def begin(self, *given, **fields):
        response = self.submit(*given, **fields)
        assert response.status_code == 201, response.text
        return response.json()

    def poll(self, prediction):
        return self.client.get(prediction["urls"]["get"], headers=HEADERS)

    def finish(self, prompt="кот", **fields):
        """The prediction once it has ended; at the first poll thanks to [[fast]]."""
        return self.poll(self.begin(f"[[fast]] {prompt}", **fields)).json()

    def picture(self, *given, **fields):
        prediction = self.finish(*given, **fields)
        assert prediction["status"] == "succeeded", prediction
        return Image.open(io.BytesIO(self.client.get(prediction["output"]).content))

    def cancel(self, prediction):
        return self.client.post(prediction["urls"]["cancel"], headers=HEADERS).json()

    def list(self, **query):
        return self.client.get("/replicate/v1/predictions", params=query, headers=HEADERS).json()
