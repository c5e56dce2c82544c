"""Certificates for the servers of tests."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from subprocess import run


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that signed itself, and a context for a server that has it."""

    file: Path
    context: ssl.SSLContext


def certificate(folder: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make one in a folder; ``name`` as OpenSSL writes it, like ``DNS:mis.clinic.ru``."""
    key, file = folder / "key.pem", folder / "cert.pem"
    command = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=source",
        "-addext",
    ]
    parts = ["openssl", *command, f"subjectAltName={name}", "-keyout", str(key), "-out", str(file)]
    run(parts, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file, context)
