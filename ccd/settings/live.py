"""What supervisors, the wall and monitoring see of the queues right now."""

from typing import Annotated

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import Name
from ccd.settings.networks import Network

Span = Annotated[float, Field(gt=0, le=3600)]
"""Seconds."""


class Live(Model):
    """The supervisors' live page."""

    long_wait: Span = 60
    """Seconds after which a waiting caller is marked."""
    wrap_up: dict[Name, Span] = Field(default_factory=dict)
    """Seconds of peace after a call by queue, as ``wrapuptime`` in ``queues.conf``."""


class Wallboard(Model):
    """The big figures for a screen on the wall; no patient is on it."""

    token_env: str = ""
    """The environment variable, or systemd credential, with the word that opens it without signing in."""
    queues: tuple[Name, ...] = ()
    """The queues that are shown, in this order; all when empty."""


class Prometheus(Model):
    """``/metrics`` on the desk's port; off while neither key is set."""

    allow: tuple[Network, ...] = ()
    """Addresses or networks that may read it, like ``127.0.0.1``."""
    token_env: str = ""
    """The environment variable, or systemd credential, with the bearer token that opens it from anywhere."""
