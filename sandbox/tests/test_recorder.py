"""Recording of calls and scripted faults, seen over HTTP like any caller sees them."""

import hashlib
import time

import httpx
import pytest
from aiohttp import web

from sandbox import recorder
from sandbox.control import add_routes
from sandbox.tests.serving import serve

BOT = "/bot1:token"


@pytest.fixture
def service():
    """The recorder and the control API in front of a service that answers what it read."""
    handled = []

    async def answer(request):
        form = await request.post()
        handled.append(request.path)
        return web.json_response({"fields": sorted(form), "bytes": len(await request.read())})

    async def refuse(request):
        raise web.HTTPForbidden(text="no")

    app = web.Application()
    recorder.set_up(app)
    add_routes(app)
    app[recorder.RESETTERS].append(handled.clear)
    app.router.add_post("/bot1:token/refuse", refuse)
    app.router.add_route("*", "/{path:.*}", answer)
    with serve(app) as base_url, httpx.Client(base_url=base_url) as client:
        yield client, handled


def calls(client, **wanted):
    return client.get("/__calls", params=wanted).json()["calls"]


def test_a_json_call_is_written_down_whole(service):
    client, _ = service

    client.post(f"{BOT}/SENDmessage?a=1", json={"text": "кот"}, headers={"X-One": "1"})

    [call] = calls(client)
    assert (call["service"], call["operation"]) == ("telegram", "sendMessage")
    assert (call["method"], call["path"]) == ("POST", f"{BOT}/SENDmessage")
    assert call["query"] == {"a": "1"}
    assert call["headers"]["X-One"] == "1"
    assert call["body"] == {"text": "кот"}
    assert (call["status"], call["fault"]) == (200, None)
    assert call["took_ms"] >= 0


def test_an_uploaded_file_is_summed_up_and_still_reaches_the_service(service):
    client, _ = service
    photo = bytes(range(256)) * 40 + b"\r\n--x\r\n"

    answer = client.post(
        f"{BOT}/sendPhoto", data={"chat_id": "7"}, files={"photo": ("кот.png", photo)}
    )

    assert answer.json()["fields"] == ["chat_id", "photo"]
    [call] = calls(client)
    digest = hashlib.sha256(photo).hexdigest()
    assert call["body"]["chat_id"] == "7"
    assert call["body"]["photo"]["size"] == len(photo)
    assert call["body"]["photo"]["sha256"] == digest


def test_form_fields_are_read_and_a_repeated_one_is_a_list(service):
    client, _ = service

    client.post(f"{BOT}/sendMessage", data={"text": "hi", "tag": ["a", "b"]})

    assert calls(client)[0]["body"] == {"text": "hi", "tag": ["a", "b"]}


def test_the_raw_body_is_given_on_request(service):
    client, _ = service

    client.post(f"{BOT}/sendMessage", content=b"not json")

    [call] = calls(client, raw="1")
    assert call["body"] == "not json"
    assert call["body_base64"] == "bm90IGpzb24="
    assert "body_base64" not in calls(client)[0]


@pytest.mark.parametrize(
    ("method", "path", "service_name", "operation"),
    [
        ("POST", "/bot1:t/getme", "telegram", "getMe"),
        ("POST", "/bot1:t/inventedMethod", "telegram", "inventedMethod"),
        ("GET", "/file/bot1:t/photos/1.jpg", "telegram", "downloadFile"),
        ("POST", "/gemini/v1/models/x-2.1:generateContent", "gemini", "generateContent"),
        ("GET", "/gemini/v1beta/models/x", "gemini", "GET models/{id}"),
        ("GET", "/gemini/v1/models", "gemini", "GET models"),
        ("POST", "/lava/api/v3/invoice", "lava", "POST /api/v3/invoice"),
        (
            "GET",
            "/lava/api/v2/invoices/0d0f7f2e-4a2b-4c0e-9d0f-5f2f3a7c9b11",
            "lava",
            "GET /api/v2/invoices/{id}",
        ),
    ],
)
def test_a_call_is_named_after_its_service_and_operation(
    service, method, path, service_name, operation
):
    client, _ = service

    client.request(method, path)

    [call] = calls(client)
    assert (call["service"], call["operation"]) == (service_name, operation)


def test_the_pages_and_the_control_api_are_not_recorded(service):
    client, _ = service

    for path in ("/", "/chat/state", "/js/telegram-web-app.js", "/__health", "/lava/pay/1"):
        client.get(path)

    assert calls(client) == []


def test_calls_are_filtered_by_service_operation_and_last_seen_id(service):
    client, _ = service
    client.post(f"{BOT}/sendMessage")
    client.post(f"{BOT}/sendPhoto")
    client.post("/lava/api/v3/invoice")
    first, second, third = calls(client)

    assert calls(client, service="telegram") == [first, second]
    assert calls(client, operation="sendPhoto") == [second]
    assert calls(client, since=second["id"]) == [third]
    assert client.get("/__calls", params={"since": "yesterday"}).status_code == 400


def test_forgotten_calls_are_gone(service):
    client, _ = service
    client.post(f"{BOT}/sendMessage")

    client.delete("/__calls")

    assert calls(client) == []


def test_a_refusal_raised_by_the_service_is_recorded_with_its_status(service):
    client, _ = service

    assert client.post(f"{BOT}/refuse").status_code == 403
    assert calls(client)[0]["status"] == 403


def test_a_scripted_answer_is_given_as_many_times_as_asked(service):
    client, handled = service
    script = {
        "service": "telegram",
        "operation": "send*",
        "times": 2,
        "action": "respond",
        "status": 429,
        "headers": {"Retry-After": "3"},
        "body": {"ok": False},
    }

    fault_id = client.post("/__faults", json=script).json()["id"]
    answers = [client.post(f"{BOT}/sendMessage") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert answers[0].json() == {"ok": False}
    assert len(handled) == 1
    assert [call["fault"] for call in calls(client)] == ["respond", "respond", None]
    [left] = client.get("/__faults").json()["faults"]
    assert (left["id"], left["remaining"]) == (fault_id, 0)


def test_an_unused_script_shows_what_remains(service):
    client, _ = service
    client.post("/__faults", json={"service": "lava", "action": "drop_before", "times": 3})

    client.post(f"{BOT}/sendMessage")

    assert client.get("/__faults").json()["faults"][0]["remaining"] == 3
    client.delete("/__faults")
    assert client.get("/__faults").json()["faults"] == []


def test_a_script_can_wait_for_words_in_the_body_even_escaped_ones(service):
    client, _ = service
    script = {"service": "telegram", "match": "кот", "action": "respond", "status": 400}
    client.post("/__faults", json=script)

    other = client.post(f"{BOT}/sendMessage", data={"text": "пёс"})
    matching = client.post(f"{BOT}/sendMessage", data={"text": "мой кот"})

    assert (other.status_code, matching.status_code) == (200, 400)


def test_a_delayed_call_is_handled_after_the_wait(service):
    client, handled = service
    client.post("/__faults", json={"service": "telegram", "action": "delay", "delay_s": 0.2})

    started = time.monotonic()
    answer = client.post(f"{BOT}/sendMessage")

    assert time.monotonic() - started >= 0.2
    assert answer.status_code == 200
    assert len(handled) == 1


@pytest.mark.parametrize(("action", "handled_calls"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_call_has_no_answer_and_is_handled_only_when_dropped_after(
    service, action, handled_calls
):
    client, handled = service
    client.post("/__faults", json={"service": "telegram", "action": action})

    with pytest.raises(httpx.TransportError):
        client.post(f"{BOT}/sendMessage")

    assert len(handled) == handled_calls
    [call] = calls(client)
    assert (call["fault"], call["status"]) == (action, None)


@pytest.mark.parametrize(("action", "handled_calls"), [("hang", 0), ("hang_after", 1)])
def test_a_hanging_call_ends_when_the_caller_gives_up(service, action, handled_calls):
    client, handled = service
    client.post("/__faults", json={"service": "telegram", "action": action})

    with pytest.raises(httpx.ReadTimeout):
        client.post(f"{BOT}/sendMessage", timeout=0.2)

    deadline = time.monotonic() + 5
    while calls(client)[0]["took_ms"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert calls(client)[0]["took_ms"] is not None
    assert len(handled) == handled_calls


@pytest.mark.parametrize(
    "script",
    [{}, {"service": "lava"}, {"service": "lava", "action": "explode"}, ["list"], {"times": "x"}],
)
def test_a_script_that_cannot_be_understood_is_refused(service, script):
    client, _ = service

    assert client.post("/__faults", json=script).status_code == 400
    assert client.get("/__faults").json()["faults"] == []


def test_reset_forgets_calls_faults_and_the_state_of_services(service):
    client, handled = service
    client.post("/__faults", json={"service": "lava", "action": "hang"})
    client.post(f"{BOT}/sendMessage")

    client.post("/__reset")

    assert calls(client) == []
    assert client.get("/__faults").json()["faults"] == []
    assert handled == []
