import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from botapp.models import AIModel, TokenPackage


@pytest.fixture
def seed(db, monkeypatch, settings):
    settings.LAVA_API_KEY = ""  # packages without offers, and no call to Lava.top

    def run(password=""):
        monkeypatch.setenv("DEMO_ADMIN_PASSWORD", password)
        said = io.StringIO()
        call_command("seed_demo", stdout=said)
        return said.getvalue()

    return run


def test_the_operator_the_catalog_and_the_packages_are_there_however_often(seed):
    for _ in range(2):
        seed("demo-password")

    operator = User.objects.get()
    assert (operator.username, operator.is_superuser) == ("admin", True)
    assert operator.check_password("demo-password")
    assert AIModel.objects.on_sale().exists()
    assert TokenPackage.objects.exists()


def test_the_same_password_again_ends_no_session(seed):
    seed("demo-password")
    before = User.objects.get().password

    seed("demo-password")

    assert User.objects.get().password == before


def test_without_a_password_one_is_made_and_told_once(seed):
    said = seed()
    password = said.split("Password of admin: ")[1].split()[0]

    assert User.objects.get().check_password(password)
    assert "Password" not in seed()
    assert User.objects.get().check_password(password)
