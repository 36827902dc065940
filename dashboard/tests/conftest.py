"""The operators' side of the stage."""

import pytest
from django.contrib.auth.models import User


@pytest.fixture
def operator(client, db):
    """Logged in, may see everything."""
    user = User.objects.create_superuser("olga", password="x")
    client.force_login(user)
    return user
