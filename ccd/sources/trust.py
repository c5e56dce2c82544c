"""Whose certificates a source believes."""

import ssl
from pathlib import Path


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """The authority of a file, or the system's without one; raises ValueError, which names the file."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ValueError(f"ca_file: {ca_file} holds no certificate that can be read") from error
