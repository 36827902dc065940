"""The light profile: SQLite, no Redis, no worker; migrations, catalog, admin, a whole picture."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from devkit import demo, process
from devkit.demo_environment import ROOT, Options, Secrets, product_environment
from devkit.supervisor import Child, StopSignals, Supervisor
from e2e.stage import ADMIN_PASSWORD, READY_TIMEOUT_S, Stage
from e2e.test_main_job import books_are_clean


@pytest.fixture(scope="module")
def light_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data_dir: Path = tmp_path_factory.mktemp("light")
    database = f"sqlite:///{data_dir}/light.sqlite3"
    options = Options(
        web_port=process.free_port(),
        sandbox_port=process.free_port(),
        database_url=database,
        redis_url="redis://127.0.0.1:1/0",
        admin_password=ADMIN_PASSWORD,
        data_dir=data_dir,
    )
    kept = Secrets()
    env = product_environment(options, kept, database_url=database, redis_url=options.redis_url) | {
        "DJANGO_SETTINGS_MODULE": "config.settings_sqlite",
        "DEMO_ADMIN_PASSWORD": ADMIN_PASSWORD,
    }
    web = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port"]
    with (
        StopSignals() as signals,
        Supervisor(options.log_dir, signals) as supervisor,
        httpx.Client(timeout=60) as http,
    ):
        supervisor.start(demo.sandbox_child(options, kept))
        prepare = [sys.executable, "-m", "devkit.prepare"]
        supervisor.run(Child("prepare", prepare, env, ROOT), timeout_s=READY_TIMEOUT_S)
        supervisor.start(Child("web", [*web, str(options.web_port)], env, ROOT))
        ready = f"{options.web_url}/api/health/ready"
        supervisor.wait_for_url("web", ready, timeout_s=READY_TIMEOUT_S)
        yield Stage(options, env, supervisor, http, 0.0)


def test_a_picture_is_made_paid_for_and_delivered(light_stage: Stage) -> None:
    anna = light_stage.newcomer("Анна")
    anna.say("/start")
    anna.wait_for("Дарим ⚡50")
    anna.say("кот в космосе")

    anna.press(anna.wait_for("Цена: "), "Создать")

    anna.wait_for("Готово")
    assert anna.balance() == "49.20"
    assert books_are_clean(light_stage)


def test_the_admin_opens(light_stage: Stage) -> None:
    page = light_stage.http.get(f"{light_stage.web}/admin/login/")

    assert page.status_code == 200


def test_the_schema_fits_the_models(light_stage: Stage) -> None:
    check: subprocess.CompletedProcess[str] = light_stage.manage(
        "makemigrations", "--check", "--dry-run"
    )

    assert check.returncode == 0, check.stdout
