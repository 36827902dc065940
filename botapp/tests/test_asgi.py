"""The web process as its server starts and stops it."""

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator


def test_a_server_that_asks_before_it_starts_is_answered():
    """Otherwise each start is a failure in Sentry."""
    from config.asgi import application

    async def live():
        server = ApplicationCommunicator(application, {"type": "lifespan"})
        for word in ("startup", "shutdown"):
            await server.send_input({"type": f"lifespan.{word}"})
            assert await server.receive_output() == {"type": f"lifespan.{word}.complete"}
        await server.wait()

    async_to_sync(live)()
