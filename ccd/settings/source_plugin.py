"""A source that the clinic's programmers wrote: a Python package with an entry point."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ccd.routing.base import Model
from ccd.routing.words import Name


class PluginSettings(Model):
    """A plug-in; `ccd check` says when it is not installed, or does not take its options."""

    name: Name
    """The name of its entry point in the group `ccd.sources`."""
    options: Mapping[str, Any] = Field(default={}, repr=False)
    """What it is made with: its own affair; `{secret:NAME}` is the variable, or systemd credential, NAME."""
