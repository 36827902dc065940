"""Which addresses may be connected to when a person names where to go.

The rule is about the address of the connection itself, never about a name: a name may be resolved
to something else a moment later. Knows nothing of the product, so that a bare process can use it.
"""

import ipaddress
from collections.abc import Collection

WEB_PORTS = frozenset({80, 443})
# Public by their registry entry, and yet they lead back into IPv4 or into somebody's network:
# 6to4 relays and 6to4 itself (RFC 7526), protocol assignments (RFC 6890), documentation (RFC 9637).
NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "2001::/23", "3fff::/20")
)
# All that is given out of IPv6: mapped IPv4, NAT64 and whatever comes next lie outside.
IPV6_UNICAST = ipaddress.ip_network("2000::/3")


def may_connect(address: str, port: int, *, local_hosts: Collection[str] = ()) -> bool:
    """Whether a connection may go there. `address` is an IP, anything else is refused.

    `local_hosts` are `ip:port` on this very machine, which the demo and the tests let through.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.is_loopback:
        return f"{address}:{port}" in local_hosts
    return port in WEB_PORTS and _is_public(found)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in IPV6_UNICAST:
        return False
    is_special = any(address in network for network in NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not is_special
