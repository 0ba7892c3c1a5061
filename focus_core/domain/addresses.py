"""Who shares what an address on the network may do: attempts, requests, new accounts."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_LONGEST = 64


def line_of(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 line owns; what is no address, as it came."""
    try:
        found: IPv4Address | IPv6Address | None = ip_address(address)
    except ValueError:
        return address[:_LONGEST]
    if isinstance(found, IPv6Address):
        # Through a socket for both kinds, IPv4 comes in IPv6's clothes: all of it in one /64.
        mapped = found.ipv4_mapped
        return str(mapped or ip_network(f"{found}/64", strict=False))
    return str(found)
