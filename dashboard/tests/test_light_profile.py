"""The developer's light profile has no Postgres: the pages open on SQLite as well."""

import subprocess
import sys

from devkit.demo_environment import ROOT
from devkit.process import clean_environment

LOOK = """
import django
from django.conf import settings
# Tables as the models have them: the way there is the migrations' own test.
settings.MIGRATION_MODULES = {name.rpartition(".")[2]: None for name in settings.INSTALLED_APPS}
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from botapp.business import catalog_sync, generation
from botapp.models import GenRequest, PricingSettings
from conftest import make_user

call_command("migrate", run_syncdb=True, verbosity=0)
PricingSettings.objects.create(pk=1)
catalog_sync.sync()
user = make_user(1001, "Алиса", tokens=100)
order = generation.NewOrder(
    user_id=user.pk, chat_id=1, model_slug="nano-banana", prompt="кот", quantity=4, key="k"
)
generation.start(order)
GenRequest.objects.update(status="done", processing_time=4.2)
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.create_superuser("olga", password="x"))
for name in ("overview", "chats"):
    page = client.get(reverse("dashboard:" + name))
    print(page.status_code, "3.20" in page.content.decode(), "Nano Banana" in page.content.decode())
"""


def test_the_pages_open_on_sqlite(tmp_path):
    env = clean_environment() | {
        "DJANGO_SETTINGS_MODULE": "config.settings_sqlite",
        "GEMINI_API_KEY": "a-key",
        "DATABASE_URL": f"sqlite:///{tmp_path}/light.sqlite3",
    }

    looked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert looked.stdout.split() == ["200", "True", "True", "200", "False", "False"], looked.stderr
