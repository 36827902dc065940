"""The shop, its buyer and the bank, for the tests of the Lava.top stand-in."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sandbox.tests.serving import FAST

HUNDRED = "9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0100"
ANY_AMOUNT = "9c3b6a52-6d0e-4f61-8f57-2f6a0f3f0000"
ORDER = {"email": "buyer@example.org", "offerId": HUNDRED, "currency": "USD"}
ABANDONED = "Payment window is opened but not completed"


class Inbox:
    """The shop's webhook address: keeps what comes and answers as told."""

    def __init__(self):
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.usual_status = 200
        inbox = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.received.append((dict(self.headers), body))
                self.send_response(inbox.statuses.pop(0) if inbox.statuses else inbox.usual_status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def bodies(self):
        return [json.loads(body) for _, body in self.received]


class Lava:
    """What a shop, its buyer and the bank can do, in one word each."""

    def __init__(self, client):
        self.client = client

    def request(self, method, path, *, key=FAST.lava_api_key, **options):
        return self.client.request(
            method, f"/lava/api{path}", headers={"X-Api-Key": key}, **options
        )

    def order(self, *, version="v3", key=FAST.lava_api_key, **changes):
        order = {name: text for name, text in (ORDER | changes).items() if text is not None}
        return self.request("POST", f"/{version}/invoice", key=key, json=order)

    def contract(self, **changes):
        response = self.order(**changes)
        assert response.status_code == 201, response.text
        return response.json()

    def read(self, contract_id, *, version="v2"):
        return self.request("GET", f"/{version}/invoices/{contract_id}").json()

    def found(self, **query):
        return self.request("GET", "/v2/invoices", params=query).json()

    def do(self, move, contract_id, **body):
        response = self.client.post(f"/__lava/contracts/{contract_id}/{move}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def set(self, **changes):
        response = self.client.patch("/__lava/settings", json=changes)
        assert response.status_code == 200, response.text

    def press(self, payment_url, action):
        return self.client.post(payment_url, data={"action": action})

    def webhooks(self):
        return self.client.get("/__lava/webhooks").json()["webhooks"]

    def wait_for(self, condition):
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, self.webhooks()
            time.sleep(0.01)


def refusal(response):
    body = response.json()
    assert set(body) == {"error", "details", "timestamp"}
    return response.status_code, body["error"]
