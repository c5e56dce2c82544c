"""Finds an Asterisk to run: the one named, the one in the cache, or the one that the machine has."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".cache" / "asterisk-22"
SUITE = "forky"
_MARKER = "ccd-complete"


@dataclass(frozen=True)
class Installation:
    """How to start Asterisk, and where its modules and data are."""

    command: tuple[str, ...]
    modules: Path
    data: Path


def find() -> Installation:
    """Return ``CCD_TESTBED_ASTERISK``, else the cache (made when missing), else what is installed."""
    named = os.environ.get("CCD_TESTBED_ASTERISK")
    if named:
        return _installed(Path(named))
    if not _whole() and not shutil.which("mmdebstrap") and (found := shutil.which("asterisk")):
        return _installed(Path(found))
    return _in_root(prepare())


def prepare() -> Path:
    """Fill the cache unless it is whole; two at once: the second waits for the first."""
    with _locked():
        if not _whole():
            _install()
    return CACHE


def _whole() -> bool:
    return (CACHE / _MARKER).exists()


@contextmanager
def _locked() -> Iterator[None]:
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with CACHE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install() -> None:
    """Put Debian's Asterisk with its own libc into a folder: no root of the machine is touched."""
    if CACHE.exists():
        shutil.rmtree(CACHE)
    mode = "root" if os.geteuid() == 0 else "unshare"
    subprocess.run(
        [
            "mmdebstrap", "--quiet", f"--mode={mode}", "--variant=apt", "--include=asterisk",
            '--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"',
            SUITE, CACHE,
        ],
        check=True,
    )  # fmt: skip
    (CACHE / _MARKER).touch()


def _in_root(root: Path) -> Installation:
    """Run it by its own dynamic loader: no chroot, no mount, and scripts of the host remain in reach."""
    libraries = next((root / "usr" / "lib").glob("*-linux-gnu*"))
    loader = next(libraries.glob("ld-linux*.so.*"))
    command = (
        str(loader),
        "--library-path",
        str(libraries),
        "--argv0",
        "asterisk",
        str(root / "usr/sbin/asterisk"),
    )
    return Installation(command, libraries / "asterisk" / "modules", root / "usr" / "share" / "asterisk")


def _installed(binary: Path) -> Installation:
    """One at ``PREFIX/sbin/asterisk``: modules and data are where a package or ``make install`` puts them."""
    prefix = binary.resolve().parent.parent
    modules = [*prefix.glob("lib/*-linux-gnu*/asterisk/modules"), *prefix.glob("lib*/asterisk/modules")]
    data = [path for path in (prefix / "share/asterisk", Path("/var/lib/asterisk")) if path.is_dir()]
    if not modules or not data:
        raise FileNotFoundError(f"no {'data' if modules else 'modules'} of {binary} in {prefix}")
    return Installation((str(binary),), modules[0], data[0])


if __name__ == "__main__":
    print(" ".join(find().command))
