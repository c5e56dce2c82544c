"""TLS towards Asterisk's manager, from typed settings."""

import ssl

from ccd.settings.models import Ami


def client_context(settings: Ami) -> ssl.SSLContext | None:
    """A context that verifies the peer, or None when the settings ask for no TLS."""
    if settings.tls is None:
        return None
    return ssl.create_default_context(cafile=settings.tls.ca_file)


def server_name(settings: Ami) -> str | None:
    """The name that the peer's certificate must carry, or None without TLS."""
    if settings.tls is None:
        return None
    return settings.tls.server_name or settings.host
