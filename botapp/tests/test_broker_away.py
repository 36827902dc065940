"""Redis goes away under a working worker: that ends no worker."""

import uuid

import pytest
from kombu import Connection, Consumer, Queue
from kombu.transport import redis

from config import broker


@pytest.fixture
def connection(settings, monkeypatch):
    """A worker's connection to the broker."""
    monkeypatch.setattr(redis.Transport, "Channel", redis.Transport.Channel)
    broker.outlive_redis()
    with Connection(settings.REDIS_URL) as connection:
        yield connection


def hear_one(connection):
    """A message that is worked on and not acknowledged yet."""
    heard, rings = [], Queue(f"rings-{uuid.uuid4()}", auto_delete=True)
    connection.Producer().publish("ring", routing_key=rings.name, declare=[rings])
    with Consumer(connection, [rings], on_message=heard.append, accept=["json"]):
        connection.drain_events(timeout=5)
    return heard[0]


def test_a_lost_broker_ends_no_worker(connection):
    message = hear_one(connection)
    transport, channel = connection.transport, connection.default_channel
    # As celery leaves it when Redis closes the connection: `Connection.collect` fails half-way.
    transport.client = None

    channel.close()
    message.ack()

    assert channel.closed


def test_what_is_done_is_acknowledged(connection):
    message = hear_one(connection)
    unacknowledged = connection.default_channel.client

    assert unacknowledged.hexists("unacked", message.delivery_tag)
    message.ack()

    assert not unacknowledged.hexists("unacked", message.delivery_tag)
