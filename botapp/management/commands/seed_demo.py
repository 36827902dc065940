import secrets
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.env import Env

USERNAME = "admin"


class Command(BaseCommand):
    help = (
        "The operator `admin` with DEMO_ADMIN_PASSWORD, the catalog and the token packages. "
        "May be repeated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self._seed_operator(Env().text("DEMO_ADMIN_PASSWORD", ""))
        call_command("sync_catalog", stdout=self.stdout)
        call_command("sync_packages", stdout=self.stdout)

    def _seed_operator(self, password: str) -> None:
        operator, is_new = User.objects.get_or_create(username=USERNAME)
        if is_new and not password:
            password = secrets.token_urlsafe(12)
            self.stdout.write(f"Password of {USERNAME}: {password}")
        if password and not operator.check_password(password):
            # Only when it changed: a new hash ends the operator's sessions.
            operator.set_password(password)
        operator.is_staff = operator.is_superuser = operator.is_active = True
        operator.save()
