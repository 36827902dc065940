"""A customer of the kie stand-in, for its tests."""

import io
import json

from PIL import Image

from sandbox.tests.gemini_play import picture
from sandbox.tests.kling_play import QUICK

KEY = {"Authorization": f"Bearer {QUICK.kie_api_key}"}


class Kie:
    def __init__(self, client, headers=None):
        self.client = client
        self.headers = KEY if headers is None else headers

    def post(self, path, body):
        return self.client.post(f"/kie/api{path}", json=body, headers=self.headers)

    def get(self, path, **query):
        return self.client.get(f"/kie/api/v1{path}", params=query, headers=self.headers)

    def create(self, model="nano-banana-pro", *, callback="", **asked):
        body = {"model": model, "input": {"prompt": "[[fast]] кот"} | asked}
        return self.post("/v1/jobs/createTask", body | {"callBackUrl": callback})

    def generate(self, task_type="mj_txt2img", **body):
        return self.post(
            "/v1/mj/generate", {"taskType": task_type, "prompt": "[[fast]] a cat"} | body
        )

    def upload(self, color="red", size=(640, 360)):
        """The address of a picture on kie's own shelf."""
        file = ("photo.png", picture(color, size), "image/png")
        response = self.client.post(
            "/kie/api/file-stream-upload",
            files={"file": file},
            data={"uploadPath": "photos"},
            headers=self.headers,
        )
        return response.json()["data"]["downloadUrl"]

    def job(self, task_id):
        return data_of(self.get("/jobs/recordInfo", taskId=task_id))

    def mj(self, task_id):
        return data_of(self.get("/mj/record-info", taskId=task_id))

    def results(self, response):
        """The files of a job, as bytes."""
        record = self.job(id_of(response))
        assert record["state"] == "success", record
        urls = json.loads(record["resultJson"])["resultUrls"]
        return [self.client.get(url).content for url in urls]

    def mj_results(self, response):
        record = self.mj(id_of(response))
        assert record["successFlag"] == 1, record
        urls = [item["resultUrl"] for item in record["resultInfoJson"]["resultUrls"]]
        return [self.client.get(url).content for url in urls]


def data_of(response):
    body = response.json()
    assert (response.status_code, body["code"], body["msg"]) == (200, 200, "success"), body
    return body["data"]


def id_of(response):
    return data_of(response)["taskId"]


def code_of(response):
    assert response.status_code == 200
    assert set(response.json()) == {"code", "msg", "data"}
    return response.json()["code"]


def opened(content):
    return Image.open(io.BytesIO(content))
