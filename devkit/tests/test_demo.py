import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
import psycopg2  # type: ignore[import-untyped]
import pytest

from devkit import demo, google_account, process
from devkit.demo_environment import (
    DemoError,
    Secrets,
    keep_secrets,
    product_environment,
    read_options,
)
from devkit.tests.processes import ROOT, eventually, start_script
from sandbox.__main__ import read_config
from sandbox.config import Config

OF_ANOTHER_PROJECT = "CREATE TABLE auth_user (); CREATE TABLE shop ()"
HOLD_THE_LOCK = """
import sys, time
from pathlib import Path
from devkit import demo
with demo._the_only_demo(Path(sys.argv[1])):
    print(1)
    time.sleep(60)
"""


@pytest.fixture
def run_demo(tmp_path: Path):
    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": os.environ["PATH"],
            "DEMO_DATA_DIR": str(tmp_path / "demo"),
            "WEB_PORT": str(process.free_port()),
            "SANDBOX_PORT": str(process.free_port()),
        }
        return subprocess.run(
            [sys.executable, "-m", "devkit.demo", *arguments],
            cwd=ROOT,
            env=env | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize("name", ["WEB_PORT", "SANDBOX_PORT"])
def test_a_busy_port_is_one_line_that_says_what_to_type(run_demo, name):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]

        ran = run_demo(**{name: str(port)})

    assert ran.returncode == 1
    assert ran.stdout == ""
    other = port + 1 if port < 65535 else port - 1
    assert ran.stderr == (
        f"make demo: Port {port} is busy; choose another: {name}={other} make demo\n"
    )


@pytest.mark.parametrize("asked", ["abc", "0", "65536", "-1", "80.5", "٨٠٠٠"])
def test_what_is_no_port_is_refused_in_one_line(run_demo, asked):
    ran = run_demo(WEB_PORT=asked)

    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert f"WEB_PORT={asked} is not a port" in ran.stderr


def test_one_port_cannot_serve_both():
    with pytest.raises(DemoError, match="both 8000"):
        read_options({"SANDBOX_PORT": "8000"})


def test_a_second_demo_on_the_same_data_is_refused(run_demo, tmp_path):
    first = start_script(HOLD_THE_LOCK, tmp_path / "demo")
    assert first.stdout is not None
    first.stdout.readline()

    refused = [run_demo(), run_demo("reset")]
    first.kill()
    first.communicate()

    for ran in refused:
        assert ran.returncode == 1
        assert ran.stderr == (
            f"make demo: the demo of this checkout is running (process {first.pid})\n"
        )


@pytest.mark.parametrize(("name", "url"), [("DATABASE_URL", "postgresql"), ("REDIS_URL", "redis")])
def test_a_server_that_cannot_be_reached_is_one_line_without_the_password(run_demo, name, url):
    port = process.free_port()

    ran = run_demo(**{name: f"{url}://me:hunter2@127.0.0.1:{port}/0"})

    assert_refused(ran, name)
    assert str(port) in ran.stderr
    assert "hunter2" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "me:hunter2"),
        ("DATABASE_URL", "sqlite:////tmp/demo.sqlite3"),
        ("DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:port/db"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1/first"),
    ],
)
def test_what_is_no_server_s_address_is_refused_in_one_line(run_demo, name, url):
    ran = run_demo(**{name: url})

    assert_refused(ran, f"{name} is malformed: expected")
    assert "hunter2" not in ran.stderr


def test_a_database_that_is_not_there_is_one_line(run_demo):
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")

    ran = run_demo(DATABASE_URL=f"{server}/nowhere")

    assert_refused(ran, 'database "nowhere" does not exist')


def test_a_password_that_redis_does_not_take_is_one_line(run_demo):
    ran = run_demo(REDIS_URL=os.environ["REDIS_URL"].replace("//", "//me:hunter2@"))

    assert_refused(ran, "REDIS_URL: ")
    assert "hunter2" not in ran.stderr


def test_a_database_of_another_project_is_not_written_to(run_demo):
    with postgres_database("another_project", OF_ANOTHER_PROJECT) as url:
        ran = run_demo(DATABASE_URL=url)
        with connected(url) as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            left = {name for (name,) in cursor.fetchall()}

    assert_refused(ran, "the database another_project belongs to another project")
    assert left == {"auth_user", "shop"}


def assert_refused(ran: subprocess.CompletedProcess[str], reason: str) -> None:
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert reason in ran.stderr


@contextmanager
def postgres_database(name: str, filled_by: str) -> Iterator[str]:
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    url = f"{server}/{name}"
    with connected(os.environ["DATABASE_URL"]) as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        with connected(url) as inside:
            inside.execute(filled_by)
        yield url
        cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def connected(url: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(url)
    connection.autocommit = True  # databases are made outside transactions
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def test_reset_wipes_the_data(run_demo, tmp_path):
    (tmp_path / "demo" / "media").mkdir(parents=True)
    (tmp_path / "demo" / "media" / "cat.png").write_bytes(b"cat")

    ran = run_demo("reset")

    assert ran.returncode == 0
    assert eventually(lambda: not (tmp_path / "demo").exists())


@pytest.mark.parametrize("content", ["", "[]", '{"unknown": 1}'])
def test_damaged_secrets_are_said_in_one_line(tmp_path, content):
    path = tmp_path / "secrets.json"
    path.write_text(content)

    with pytest.raises(DemoError, match=r"secrets\.json is damaged"):
        keep_secrets(path)


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path):
    path = tmp_path / "secrets.json"

    first, second = keep_secrets(path), keep_secrets(path)

    assert first == second
    assert first != Secrets()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(set(json.loads(path.read_text()).values())) == 5


def test_the_sandbox_can_check_what_the_google_account_signs_and_cannot_sign():
    key = google_account.make_private_key()
    account = json.loads(google_account.service_account(key, "http://127.0.0.1/token"))

    signed = jwt.encode({"iss": account["client_email"]}, account["private_key"], "RS256")

    public = google_account.public_half(key)
    assert jwt.decode(signed, public, ["RS256"])["iss"] == account["client_email"]
    assert "PRIVATE" not in public


def test_the_sandbox_takes_the_account_s_key_as_an_option(tmp_path):
    options = read_options({"DEMO_DATA_DIR": str(tmp_path)})
    kept = Secrets()

    [*_, key] = [
        word for word in demo.sandbox_child(options, kept).command if "vertex-public-key" in word
    ]

    config = read_config([key])
    assert config.vertex_public_key == google_account.public_half(kept.vertex_private_key)


def test_no_key_of_the_shell_reaches_the_product(monkeypatch):
    for name in ("GEMINI_API_KEY", "LAVA_API_KEY", "TELEGRAM_BOT_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "a-real-key")

    env = product_environment(
        read_options({}), Secrets(), database_url="postgresql://…", redis_url="redis://…"
    )

    assert "a-real-key" not in env.values()
    assert env["GEMINI_API_BASE_URL"] == "http://127.0.0.1:8100/gemini"


def test_the_stand_ins_of_kling_kie_and_midjourney_take_the_demo_s_keys(tmp_path):
    options = read_options({"DEMO_DATA_DIR": str(tmp_path)})

    env = product_environment(options, Secrets(), database_url="", redis_url="")

    known = Config()
    assert env["KLING_API_KEY"] == known.kling_api_key
    assert env["KLING_WEBHOOK_SECRET"] == known.kling_webhook_secret
    assert env["KIE_API_KEY"] == known.kie_api_key
    assert env["KIE_WEBHOOK_HMAC_KEY"] == known.kie_webhook_key
    assert env["MIDJOURNEY_PROXY_API_KEY"] == known.midjourney_api_key
