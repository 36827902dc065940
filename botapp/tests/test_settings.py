import json
import logging
import os
import re
import runpy
import subprocess
import sys
import traceback
from unittest import mock

import pytest

from config.env import Env, MisconfiguredError
from config.logging import SECRET_PATTERN, JsonFormatter
from config.providers import providers_config
from devkit.lint import ROOT, SAMPLE_PRODUCTION

READ = re.compile(r'env\.\w+\(\s*"([A-Z0-9_]+)"')
NEEDED = (
    *("SECRET_KEY", "PUBLIC_BASE_URL", "DATABASE_URL", "REDIS_URL"),
    *("TELEGRAM_BOT_TOKEN", "TG_WEBHOOK_SECRET"),
)


def names_read():
    """Every variable the settings ask for, as the one reader of the environment saw them."""
    env = Env(source={})
    providers_config(env)
    from_settings = READ.findall((ROOT / "config/settings.py").read_text())
    return [*from_settings, *env.names]


def run(*command, env):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refusal(env):
    """What an interpreter that reads the settings in this environment dies of, word for word."""
    with mock.patch.dict(os.environ, env, clear=True), pytest.raises(MisconfiguredError) as caught:
        runpy.run_path(str(ROOT / "config/settings.py"))
    return "".join(traceback.format_exception(caught.value))


def test_the_example_names_every_variable_the_settings_read():
    read = names_read()
    example = (ROOT / "config/env.example").read_text()
    named = re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE)

    assert len(read) > 20
    assert sorted(named) == sorted(read)


def test_every_variable_of_the_example_has_a_comment():
    commented = False
    for line in (ROOT / "config/env.example").read_text().splitlines():
        if re.match(r"[A-Z0-9_]+=", line):
            # A provider's key speaks for itself under its heading.
            assert commented or line == "GEMINI_API_KEY=" or line == "LAVA_API_KEY=", line
        commented = line.startswith("# ") and not line.startswith("# ---")


def test_an_empty_environment_is_one_error_that_names_what_is_needed():
    finished = run("-c", "import config.settings", env={"STORAGE_URL": "ftp://s3cret@x"})

    assert finished.returncode == 1
    for name in NEEDED:
        assert f"{name} is missing" in finished.stderr
    assert "STORAGE_URL is malformed" in finished.stderr
    assert "s3cret" not in finished.stderr
    assert finished.stderr.count("config.env.MisconfiguredError:") == 1


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "ERROR_ALERT_CHAT_ID", "LOG_LEVEL"]
)
def test_a_malformed_value_is_named_and_not_printed(name):
    env = SAMPLE_PRODUCTION | {name: "postgres://u:s3cret@host:port/x"}

    said = refusal(env)

    assert f"{name} is malformed" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_BASE_URL", "https://"),
        ("GEMINI_API_BASE_URL", "https:///v1"),
        ("STORAGE_URL", "s3://"),
        ("STORAGE_URL", "s3://key:s3cret@host"),
        ("STORAGE_URL", "s3:///bucket"),
        ("STORAGE_URL", "file://"),
        ("STORAGE_URL", "file://var/media"),
        ("SENTRY_DSN", "garbage"),
        ("SENTRY_DSN", "s3cret://key@host/1"),
        ("SENTRY_DSN", "https://key@host:s3cret/1"),
        ("SENTRY_DSN", "https://key@host"),
        ("GENERATION_POLL_PACE", "nan"),
        ("GENERATION_POLL_PACE", "inf"),
    ],
)
def test_what_cannot_work_is_named_before_anything_starts(name, value):
    said = refusal(SAMPLE_PRODUCTION | {name: value})

    assert f"{name} is malformed: expected" in said
    assert "s3cret" not in said
    assert said.count("Traceback") == 1


def test_production_answers_over_https_only():
    script = """
import django; django.setup()
from django.conf import settings
assert settings.DEBUG is False
assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
from django.test import Client
client = Client(headers={"host": "bot.example.com"})
print(client.get("/admin/").status_code, client.get("/api/health/live").status_code)
secure = client.get("/admin/login/", secure=True)
print(secure.status_code, "Strict-Transport-Security" in secure.headers)
"""
    finished = run("-W", "ignore", "-c", script, env=SAMPLE_PRODUCTION | {"DJANGO_DEBUG": "true"})

    assert finished.stdout.split() == ["301", "200", "200", "True"], finished.stderr


@pytest.mark.parametrize(
    "said",
    ['Not Found: /key=a"', '{"url": "https://files.test/1?signature=abc"}', 'token=a\n  File "b"'],
)
def test_a_masked_line_for_collectors_is_json(said):
    """Anybody may ask for an address with a quote in it."""
    record = logging.makeLogRecord({"name": "django.request", "msg": said})

    line = json.loads(JsonFormatter().format(record))

    assert line["message"] == SECRET_PATTERN.sub(r"\g<name>***", said)
