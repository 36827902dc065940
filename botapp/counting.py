"""How often something happened within a window of time, counted in the cache that all share."""

from django.core.cache import cache


def count(key: str, *, window_s: int) -> int:
    """How many there were under this key, this one included; the window begins with the first.

    Raises RedisError.
    """
    cache.add(key, 0, timeout=window_s)
    try:
        return cache.incr(key)
    except ValueError:
        # The window ended between the two calls.
        return 1
