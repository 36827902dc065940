"""The light profile: SQLite, no Redis, no worker; a picture is made, and operators' pages open."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from devkit import demo, process
from devkit.demo_environment import ROOT, Options, Secrets, product_environment
from devkit.supervisor import Child, StopSignals, Supervisor
from e2e.stage import ADMIN_PASSWORD, READY_TIMEOUT_S, Person, Stage
from e2e.test_main_job import books_are_clean

TABLES = ("aimodel", "tokenpackage", "genrequest", "transaction")
PAGES = (
    *("/admin/", "/dashboard/", "/dashboard/chats/"),
    *(f"/admin/botapp/{table}/" for table in TABLES),
)
# In one process, as each start takes seconds; again with the system checks, as a developer does.
PREPARE_TWICE = """
from django.core.management import call_command
from devkit import prepare
prepare.main()
call_command("migrate", verbosity=0, skip_checks=False)
call_command("seed_demo", skip_checks=False)
call_command("makemigrations", check_changes=True, dry_run=True)
"""


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
        prepare = [sys.executable, "-W", "ignore", "-c", PREPARE_TWICE]
        supervisor.run(Child("prepare", prepare, env, ROOT), timeout_s=READY_TIMEOUT_S)
        supervisor.start(Child("web", [*web, str(options.web_port)], env, ROOT))
        ready = f"{options.web_url}/api/health/ready"
        supervisor.wait_for_url("web", ready, timeout_s=READY_TIMEOUT_S)
        yield Stage(options, env, supervisor, http, 0.0)


def test_a_picture_is_made_paid_for_and_delivered(light_stage: Stage) -> None:
    anna = light_stage.newcomer("Анна")

    make_a_picture(anna)

    assert anna.balance() == "49.20"
    assert books_are_clean(light_stage)


def test_the_pages_of_the_operators_open_and_count(light_stage: Stage) -> None:
    make_a_picture(light_stage.newcomer("Борис"))

    with signed_in(light_stage) as operator:
        pages = {address: operator.get(address) for address in PAGES}

    assert {page.status_code for page in pages.values()} == {200}
    counted = pages["/dashboard/"].text
    assert "Nano Banana" in counted
    # This picture alone, or with the one of the other test.
    assert "0.80" in counted or "1.60" in counted
    assert "Борис" in pages["/dashboard/chats/"].text


def test_preparing_again_changes_nothing_and_the_schema_fits_the_models(
    light_stage: Stage,
) -> None:
    log = (light_stage.options.log_dir / "prepare.log").read_text()

    assert log.splitlines()[-1] == "No changes detected"


def make_a_picture(newcomer: Person) -> None:
    newcomer.say("/start")
    newcomer.wait_for("Дарим ⚡50")
    newcomer.say("кот в космосе")
    newcomer.press(newcomer.wait_for("Цена: "), "Создать")
    newcomer.wait_for("Готово")


@contextmanager
def signed_in(stage: Stage) -> Iterator[httpx.Client]:
    """The operator's browser."""
    login = "/admin/login/"
    with httpx.Client(base_url=stage.web, timeout=60) as browser:
        browser.get(login)
        proof = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        person = {"username": "admin", "password": ADMIN_PASSWORD}
        entered = browser.post(login, data=proof | person)
        assert entered.status_code == 302, entered.text
        yield browser
