"""Facts: provider notes, section 1.7."""

from dataclasses import replace

import pytest

from sandbox.tests.google_play import KEY, config, film, until_done
from sandbox.tests.serving import run_sandbox

UPLOAD = "/gemini/upload/v1/files"


@pytest.fixture(scope="module")
def sandbox():
    with run_sandbox(replace(config(), file_processing_s=0.2)) as running:
        yield running


def start(sandbox, content, mime="video/mp4", **headers):
    about = {"file": {"display_name": "a film", "mime_type": mime}}
    usual = {
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Length": str(len(content)),
        "X-Goog-Upload-Header-Content-Type": mime,
    }
    return sandbox.client.post(UPLOAD, json=about, headers=KEY | usual | headers)


def send(sandbox, address, content, command="upload, finalize", offset=0):
    headers = {"X-Goog-Upload-Command": command, "X-Goog-Upload-Offset": str(offset)}
    return sandbox.client.post(address, content=content, headers=headers)


def upload(sandbox, content, mime="video/mp4"):
    address = start(sandbox, content, mime).headers["x-goog-upload-url"]
    return send(sandbox, address, content).json()["file"]


def get(sandbox, name):
    return sandbox.client.get(f"/gemini/v1/{name}", headers=KEY)


def test_a_film_is_uploaded_processed_and_active(sandbox):
    file = upload(sandbox, film())

    assert (file["state"], file["displayName"]) == ("PROCESSING", "a film")
    active = until_done(
        lambda: get(sandbox, file["name"]).json(), lambda f: f["state"] != "PROCESSING"
    )
    assert (active["state"], active["sizeBytes"]) == ("ACTIVE", str(len(film())))
    assert active["uri"].endswith(f"/v1/{file['name']}")


def test_a_film_that_is_none_fails(sandbox):
    file = upload(sandbox, b"not a film")

    failed = until_done(
        lambda: get(sandbox, file["name"]).json(), lambda f: f["state"] != "PROCESSING"
    )
    assert failed["state"] == "FAILED"
    assert failed["error"]["message"]


def test_an_upload_goes_on_where_it_stopped(sandbox):
    content = film()
    address = start(sandbox, content).headers["x-goog-upload-url"]

    first = send(sandbox, address, content[:100], "upload")
    wrong = send(sandbox, address, content[100:], offset=50)
    last = send(sandbox, address, content[100:], offset=100)

    assert first.headers["x-goog-upload-status"] == "active"
    assert wrong.status_code == 400
    assert last.headers["x-goog-upload-status"] == "final"


def test_an_upload_of_another_size_or_of_nobody_is_refused(sandbox):
    address = start(sandbox, b"four").headers["x-goog-upload-url"]

    assert send(sandbox, address, b"five!").status_code == 400
    assert send(sandbox, f"{UPLOAD}?upload_id=nobody", b"four").status_code == 400
    assert start(sandbox, b"").status_code == 400
    assert start(sandbox, b"four", **{"x-goog-api-key": "wrong"}).status_code == 400


def test_files_are_listed_and_deleted(sandbox):
    file = upload(sandbox, b"words", "text/plain")
    listed = sandbox.client.get("/gemini/v1/files", headers=KEY).json()["files"]

    assert listed[0]["name"] == file["name"]
    assert sandbox.client.delete(f"/gemini/v1/{file['name']}", headers=KEY).status_code == 200
    assert get(sandbox, file["name"]).json()["error"]["status"] == "PERMISSION_DENIED"


def test_only_generated_files_are_downloaded(sandbox):
    file = upload(sandbox, b"words", "text/plain")

    assert get(sandbox, f"{file['name']}:download?alt=media").status_code == 400


def ask_about(sandbox, uri):
    parts = [{"text": "what is it"}, {"fileData": {"mimeType": "video/mp4", "fileUri": uri}}]
    body = {"contents": [{"role": "user", "parts": parts}]}
    path = "/gemini/v1/models/gemini-3.8-flash:generateContent"
    return sandbox.client.post(path, json=body, headers=KEY)


def test_a_model_is_asked_about_active_files_only(sandbox):
    file = upload(sandbox, film())

    assert ask_about(sandbox, file["uri"]).json()["error"]["status"] == "FAILED_PRECONDITION"
    assert ask_about(sandbox, file["uri"][:-3] + "zzz").status_code == 403
    until_done(lambda: get(sandbox, file["name"]).json(), lambda f: f["state"] == "ACTIVE")
    assert ask_about(sandbox, file["uri"]).status_code == 200
