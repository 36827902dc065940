"""The whole product as separate processes on free ports, and a person who talks to it by HTTP."""

import contextlib
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg2  # type: ignore[import-untyped]

from devkit import demo, process
from devkit.demo_environment import ROOT, Options, Secrets, product_environment
from devkit.supervisor import StopSignals, Supervisor
from devkit.throwaway import throwaway_servers

READY_TIMEOUT_S = 90.0
PATIENCE_S = 40.0
LOOK_EVERY_S = 0.2
# Short, so that a killed worker's orders are settled within the test's patience.
LEASE_S = 6
ADMIN_PASSWORD = "end-to-end-operator"

Message = dict[str, Any]


@dataclass
class Stage:
    """Addresses of the running product, and levers on its processes."""

    options: Options
    env: dict[str, str]
    supervisor: Supervisor
    http: httpx.Client
    started_s: float
    first_picture_s: float | None = None

    @property
    def web(self) -> str:
        return self.options.web_url

    @property
    def sandbox(self) -> str:
        return self.options.sandbox_url

    def newcomer(self, first_name: str, language_code: str = "ru") -> "Person":
        user = {"first_name": first_name, "language_code": language_code}
        answer = self.http.post(f"{self.sandbox}/chat/api/users", json=user)
        answer.raise_for_status()
        return Person(self, answer.json()["id"])

    def calls(self, service: str, operation: str = "") -> list[dict[str, Any]]:
        """What the sandbox's service was asked, oldest first; without an operation, everything."""
        query = {"service": service} | ({"operation": operation} if operation else {})
        found: list[dict[str, Any]] = self.http.get(f"{self.sandbox}/__calls", params=query).json()[
            "calls"
        ]
        return found

    def fault(self, **script: Any) -> None:
        self.http.post(f"{self.sandbox}/__faults", json=script).raise_for_status()

    def forget_failures(self) -> None:
        """No scripted fault is left, and no route is passed by."""
        self.http.delete(f"{self.sandbox}/__faults").raise_for_status()
        self.ask("DELETE FROM botapp_routecircuit")

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the product's database answers; nothing to what only changes it."""
        with contextlib.closing(psycopg2.connect(self.env["DATABASE_URL"])) as database:
            database.autocommit = True
            with database.cursor() as cursor:
                cursor.execute(query, values)
                return list(cursor.fetchall()) if cursor.description else []

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def kill_worker(self) -> None:
        self.supervisor.kill("worker")

    def start_worker(self) -> None:
        self.supervisor.start(demo.worker_child(self.env))


@dataclass(frozen=True)
class Person:
    """Somebody with Telegram on their phone."""

    stage: Stage
    id: int

    def say(self, text: str) -> None:
        self._post("send", {"text": text})

    def send_photo(self, data: bytes, caption: str) -> None:
        self.stage.http.post(
            self.url("send"), files={"photo": ("photo.png", data)}, data={"caption": caption}
        ).raise_for_status()

    def send_file(self, kind: str, data: bytes) -> None:
        """A photo or a video without words."""
        name = {"photo": "photo.png", "video": "film.mp4"}[kind]
        self.stage.http.post(self.url("send"), files={kind: (name, data)}).raise_for_status()

    def press(self, message: Message, label: str) -> dict[str, Any]:
        """Press the inline button whose text contains `label`."""
        for row, buttons in enumerate(message["reply_markup"]["inline_keyboard"]):
            for column, button in enumerate(buttons):
                if label in button["text"]:
                    where = {"message_id": message["message_id"], "row": row, "column": column}
                    return self._post("press", where)
        raise AssertionError(f"no button {label!r} under {message}")

    def messages(self, *, after: int = 0) -> list[Message]:
        answer = self.stage.http.get(self.url("messages"), params={"after": after})
        found: list[Message] = answer.json()["messages"]
        return found

    def wait_for(self, text: str, *, after: int = 0, patience_s: float = PATIENCE_S) -> Message:
        """The first message of the bot, newer than `after`, that says `text`."""

        def look() -> Message | None:
            for message in self.messages(after=after):
                said = message.get("text", "") + message.get("caption", "")
                if message["from"]["is_bot"] and text in said:
                    return message
            return None

        return wait_until(look, patience_s=patience_s, complaint=lambda: self._told(text))

    def last_id(self) -> int:
        return max((message["message_id"] for message in self.messages()), default=0)

    def file(self, file_id: str) -> bytes:
        return self.stage.http.get(f"{self.stage.sandbox}/chat/file/{file_id}").content

    def open_mini_app(self, message: Message, label: str) -> "MiniApp":
        web_app = self.press(message, label)["web_app"]
        return MiniApp(self.stage, web_app["url"], web_app["init_data"])

    def balance(self) -> str:
        """The balance as the bot tells it."""
        before = self.last_id()
        self.say("/balance")
        return self.wait_for("💰", after=before)["text"].splitlines()[0].split("⚡")[-1]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.stage.http.post(self.url(path), json=body)
        assert answer.is_success, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def url(self, path: str) -> str:
        """Of the sandbox's chat page for this person."""
        return f"{self.stage.sandbox}/chat/api/users/{self.id}/{path}"

    def _told(self, text: str) -> str:
        said = [m.get("text") or m.get("caption") for m in self.messages()]
        return f"nobody said {text!r}; the chat: {said}"


@dataclass(frozen=True)
class MiniApp:
    """The buying page's API with the proof Telegram gave the page."""

    stage: Stage
    url: str
    init_data: str

    def get(self, path: str) -> httpx.Response:
        return self.stage.http.get(self.address(path), headers=self._proof())

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.stage.http.post(self.address(path), json=body, headers=self._proof())

    def buy(self, package_code: str, email: str) -> dict[str, Any]:
        """Start buying; the same package and e-mail again is the same click."""
        order = {
            "package_code": package_code,
            "email": email,
            "client_request_id": str(uuid.uuid5(uuid.NAMESPACE_URL, package_code + email)),
        }
        answer = self.post("payments", order)
        assert answer.status_code == 201, answer.text
        payment: dict[str, Any] = answer.json()
        return payment

    def wait_for_status(self, payment_id: str, status: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            payment: dict[str, Any] = self.get(f"payments/{payment_id}").json()
            return payment if payment.get("status") == status else None

        return wait_until(
            look, patience_s=PATIENCE_S, complaint=lambda: self.get(f"payments/{payment_id}").text
        )

    def address(self, path: str) -> str:
        return f"{self.stage.web}/api/miniapp/{path}"

    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"tma {self.init_data}"}


def wait_until(look: Callable[[], Any], *, patience_s: float, complaint: Callable[[], str]) -> Any:
    deadline = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(complaint())
        time.sleep(LOOK_EVERY_S)


def _silently(_: str) -> None:
    """The tests' own report is enough."""


@contextmanager
def running_product(data_dir: Path) -> Iterator[Stage]:
    """Start everything, yield when it is healthy, leave nothing behind."""
    started = time.monotonic()
    web_port, sandbox_port = process.free_port(), process.free_port()
    with ExitStack() as stack:
        servers = stack.enter_context(throwaway_servers())
        options = Options(
            web_port=web_port,
            sandbox_port=sandbox_port,
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            admin_password=ADMIN_PASSWORD,
            data_dir=data_dir,
        )
        kept = Secrets()
        env = product_environment(
            options, kept, database_url=servers.database_url, redis_url=servers.redis_url
        ) | {
            "GENERATION_LEASE_S": str(LEASE_S),
            "GENERATION_POLL_PACE": "0.2",
            "DEMO_ADMIN_PASSWORD": ADMIN_PASSWORD,
        }
        supervisor = stack.enter_context(
            Supervisor(options.log_dir, stack.enter_context(StopSignals()))
        )
        # Films are drawn as soon as may be: what is waited for here is the product.
        speed = ("--image-job-s", "1", "--video-job-s", "2")
        supervisor.start(demo.sandbox_child(options, kept, *speed))
        demo.bring_up(supervisor, options, env, say=_silently)
        http = stack.enter_context(httpx.Client(timeout=30))
        yield Stage(options, env, supervisor, http, time.monotonic() - started)
