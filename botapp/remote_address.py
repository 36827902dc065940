"""Where a request comes from."""

from ipaddress import ip_address

from django.http import HttpRequest


def remote_ip(request: HttpRequest) -> str | None:
    """A soft sign: our proxy's last hop, else the peer; None where neither is an address."""
    forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", maxsplit=1)[-1].strip()
    try:
        return str(ip_address(forwarded or request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None
