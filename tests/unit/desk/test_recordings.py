"""A recorded call is opened within its folder only, whatever its record names."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccd.desk.recordings import open_call

SOUND, SECRET = b"the call", b"secret"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings by day; around them and among them what is none of ccd's business."""
    home = tmp_path_factory.mktemp("spool")
    monitor = home / "monitor"
    (monitor / "2026" / "11").mkdir(parents=True)
    for name in ("1.wav", "2026/11/2.WAV", "3.mp3", "4.ogg"):
        (monitor / name).write_bytes(SOUND)
    for name in ("secret.wav", "monitor-old.wav", "monitor/passwords.txt", "monitor/.wav"):
        (home / name).write_bytes(SECRET)
    (monitor / "link.wav").symlink_to(home / "secret.wav")
    (monitor / "out").symlink_to(home)
    (monitor / "folder.wav").mkdir()
    os.mkfifo(monitor / "pipe.wav")
    return monitor


def opened(folder: Path, told: str) -> tuple[bytes, str]:
    sound, kind = open_call(folder, told)
    with sound:
        return sound.read(), kind


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("{folder}/1.wav", "audio/wav"),
        ("1.wav", "audio/wav"),
        ("{folder}/2026/11/2.WAV", "audio/wav"),
        ("{folder}/3.mp3", "audio/mpeg"),
        ("{folder}/3.wav", "audio/mpeg"),
        ("{folder}/4.wav", "audio/ogg"),
    ],
)
def test_what_asterisk_told_of_or_was_made_of_it_is_opened(folder, told, kind):
    assert opened(folder, told.format(folder=folder)) == (SOUND, kind)


@pytest.mark.parametrize(
    "told",
    [
        *("", ".", "/", "..", "../secret.wav", "2026/../../secret.wav", "{folder}/../secret.wav"),
        *("{folder}", "{folder}-old.wav", "/{folder}/1.wav", "/etc/passwd", "/etc/hostname.wav"),
        *("link.wav", "out/secret.wav", "folder.wav", "pipe.wav", "passwords.txt", ".wav", "gone.wav"),
        *("1.wav\0.mp3", "\0", "\ud800.wav", "1.wav/", "1.wav/2.wav", "x" * 5000 + ".wav"),
    ],
)
def test_nothing_else_is_opened(folder, told):
    try:
        sound, _kind = open_call(folder, told.format(folder=folder))
    except OSError:
        return
    with sound:
        assert told == "1.wav/", "pathlib's own reading of a slash too many"
        assert sound.read() == SOUND


WORDS = [
    "..",
    ".",
    "",
    "1.wav",
    "2026",
    "11",
    "out",
    "link.wav",
    "secret.wav",
    "monitor",
    "3",
    ".wav",
    "\0",
    "~",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=7), st.booleans())
@example(["out", "monitor", "1.wav"], True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_leads_out_of_the_folder(folder, parts, below):
    told = "/".join([str(folder), *parts] if below else parts)
    try:
        sound, _kind = open_call(folder, told)
    except OSError:
        return
    with sound:
        assert sound.read() == SOUND
        real = Path(f"/proc/self/fd/{sound.fileno()}").readlink()
        assert real.is_relative_to(folder)
