"""What a worker makes of a broker that went away while it worked."""

from kombu.transport import redis


class ForgetfulChannel(redis.Channel):
    """A ring heard over a lost connection is neither put back nor acknowledged: rows ring again.

    kombu 5.7.0 would ask the connection that is gone for its address (`Channel._connparams`), and
    that AttributeError ends the worker.
    """

    do_restore = False

    # The signatures are kombu's.
    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: FBT001, FBT002
        if not self.closed:
            super().basic_ack(delivery_tag, multiple=multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002
        if not self.closed:
            super().basic_reject(delivery_tag, requeue=requeue)


def outlive_redis() -> None:
    """From now on this process hears its rings by such channels."""
    redis.Transport.Channel = ForgetfulChannel
