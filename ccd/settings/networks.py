"""An address or a network, as settings name them."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator


def _network(value: str) -> str:
    """An address, or a network as ``10.0.0.0/8``."""
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f'"{value}" is no address; write it like 10.0.0.5, 10.0.0.0/24 or fd00::5') from None


Network = Annotated[str, AfterValidator(_network)]
"""An address is a network of one."""
