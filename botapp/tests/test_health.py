import socket
import time

import pytest
from django.core.cache import cache

from botapp import health


@pytest.fixture
def beating(db):
    cache.set(health.HEARTBEAT_KEY, time.time())


@pytest.fixture
def deaf_server():
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_process_that_answers_is_alive_without_looking_at_anything(client):
    response = client.get("/api/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_when_database_redis_and_worker_are(client, beating):
    response = client.get("/api/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"postgres": "ok", "redis": "ok", "worker": "ok"},
    }


def test_a_worker_that_was_never_seen_is_down(client, db):
    response = client.get("/api/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "no heartbeat"


def test_a_worker_that_fell_silent_is_down(client, db):
    cache.set(health.HEARTBEAT_KEY, time.time() - 45)

    response = client.get("/api/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["worker"] == "silent for 45 s"


def test_without_a_worker_in_the_profile_none_is_asked_for(client, db, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True

    response = client.get("/api/health/ready")

    assert response.status_code == 200
    assert "worker" not in response.json()["checks"]


def test_a_redis_that_refuses_is_named_without_its_address(client, db, settings):
    settings.CACHES = redis_at("127.0.0.1:9")

    response = client.get("/api/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["redis"] == "unavailable"
    assert response.json()["checks"]["postgres"] == "ok"
    assert "127.0.0.1" not in response.content.decode()
    assert "not-a-secret" not in response.content.decode()


def test_a_redis_that_hangs_is_given_two_seconds(client, db, settings, deaf_server):
    settings.CACHES = redis_at(deaf_server)
    started_at = time.monotonic()

    response = client.get("/api/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["redis"] == "no answer in time"
    assert time.monotonic() - started_at < health.CHECK_TIMEOUT_S + 2


def test_only_reading_is_possible(client):
    assert client.post("/api/health/live").status_code == 405


def redis_at(address):
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://:not-a-secret@{address}/0",
        }
    }
