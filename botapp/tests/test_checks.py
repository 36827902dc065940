import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks

from botapp.providers import registry
from devkit.lint import ROOT, SAMPLE_PRODUCTION


def found(*, deploy=False):
    messages = run_checks(tags=["botapp"], include_deployment_checks=deploy)
    return {message.id for message in messages}


def test_a_deployment_with_everything_set_is_told_only_what_is_optional(settings):
    settings.PROVIDERS = {name: {"api_key": "key"} for name in registry.ADAPTERS}

    assert found() == {"botapp.I002"}


def test_a_provider_without_a_key_is_off_and_its_models_are_named(settings):
    settings.PROVIDERS = {}

    (said,) = [one for one in run_checks(tags=["botapp"]) if one.id == "botapp.I003"]

    assert all(provider in said.msg for provider in registry.ADAPTERS)
    assert "gemini (GEMINI_API_KEY)" in said.msg
    assert "nano-banana, nano-banana-pro" in said.hint
    assert "botapp.W001" in found()


def test_a_model_with_another_provider_is_made_without_the_first(settings):
    settings.PROVIDERS = {"fal": {"api_key": "key"}}

    (said,) = [one for one in run_checks(tags=["botapp"]) if one.id == "botapp.I003"]

    assert "nano-banana," not in said.hint
    assert "botapp.W001" not in found()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TELEGRAM_BOT_TOKEN", "not a token", "botapp.E002"),
        ("TG_WEBHOOK_SECRET", "пароль", "botapp.E003"),
        ("LAVA_API_KEY", "", "botapp.W002"),
        ("LAVA_WEBHOOK_BASIC", ["without-a-colon"], "botapp.E004"),
        ("LAVA_WEBHOOK_BASIC", ["user:"], "botapp.E004"),
        ("METRICS_TOKEN", "", "botapp.I001"),
    ],
)
def test_what_is_missing_or_malformed_is_said(settings, name, value, expected):
    setattr(settings, name, value)

    assert expected in found()


def test_a_payment_webhook_without_any_secret_is_said(settings):
    settings.LAVA_WEBHOOK_API_KEYS = []
    settings.LAVA_WEBHOOK_BASIC = []

    assert "botapp.W003" in found()


def test_a_plain_public_address_is_fine_here_and_not_in_a_deployment(settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"

    assert "botapp.W004" not in found()
    assert "botapp.W004" in found(deploy=True)


def test_a_deployment_without_a_provider_key_does_not_pass_the_strict_check():
    env = SAMPLE_PRODUCTION | {"GEMINI_API_KEY": ""}

    # Ours alone: all the others pass in test_settings.py, and load every page for it.
    finished = manage("check", "--deploy", "--tag", "botapp", "--fail-level", "WARNING", env=env)

    assert finished.returncode == 1
    assert "nothing can be made" in finished.stderr


def manage(*arguments, env):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
