"""``ccd check``, and how every command finds its configuration."""

import os
import stat
from pathlib import Path

import pytest

from ccd.cli import failing

FINE = "ami: { secret: hunter2 }\n"


def write(text: str, mode: int = 0o600) -> None:
    Path("ccd.yaml").write_text(text, encoding="utf-8")
    Path("ccd.yaml").chmod(mode)


def test_a_good_file(ccd):
    write(FINE)
    assert ccd("check") == (0, "ccd.yaml: fine (0 rules)\n", "")


def test_every_mistake_at_once(ccd):
    write("agi: { port: x }\ndesk: { prot: 1 }\n")
    code, out, _ = ccd("check")
    assert code == 1
    assert out.splitlines() == [
        'ccd.yaml:1:14: agi.port: must be a whole number, not "x"',
        'ccd.yaml:2:9: desk.prot: no such setting; did you mean "port"?',
        "ccd.yaml: 2 errors, 0 warnings",
    ]


def test_warnings_do_not_fail(ccd):
    write("agi: { port: 0 }\ndesk: { port: 80 }\n")
    code, out, _ = ccd("check")
    assert code == 0
    nowhere = "is nowhere: set it here, in the variable CCD_AMI_SECRET, or as a systemd credential"
    assert out.splitlines() == [
        f"ccd.yaml: warning: ami.secret: {nowhere}",
        "ccd.yaml: warning: agi.port: 0 takes any free port; whoever connects needs a fixed one",
        "ccd.yaml: warning: desk.port: 80 is below 1024: only root may listen there",
        "ccd.yaml: fine (0 rules, 3 warnings)",
    ]


def test_warnings_fail_when_asked_to(ccd):
    write(FINE + "agi: { port: 0 }\n")
    assert ccd("check")[0] == 0
    assert ccd("check", "--strict")[0] == 1
    write(FINE)
    assert ccd("check", "--strict")[0] == 0


def test_the_folder_of_the_database_must_be_there(ccd, clinic):
    write(FINE + "database: nowhere/ccd.db\n")
    code, out, _ = ccd("check")
    assert code == 1
    assert out.splitlines()[0] == f"ccd.yaml: database: there is no folder {clinic}/nowhere"


def test_the_database_must_be_a_file(ccd, clinic):
    write(FINE + f"database: {clinic}\n")
    assert f"ccd.yaml: database: {clinic} is a folder, not a file" in ccd("check")[1]


@pytest.fixture
def read_only(monkeypatch):
    """Nothing may be written (root may write anywhere, so it is only said)."""
    refused: list[Path] = []

    def access(path, mode):
        return not (mode & os.W_OK and Path(path) in refused)

    monkeypatch.setattr(os, "access", access)
    return refused


def test_the_folder_of_the_database_must_be_writable(ccd, clinic, read_only):
    read_only.append(clinic)
    write(FINE)
    assert f"ccd.yaml: database: this user may not write into {clinic}" in ccd("check")[1]


def test_the_database_must_be_writable(ccd, clinic, read_only):
    (clinic / "ccd.db").touch()
    read_only.append(clinic / "ccd.db")
    write(FINE)
    assert f"ccd.yaml: database: this user may not write {clinic}/ccd.db" in ccd("check")[1]


def test_the_log_must_be_writable_and_the_authority_readable(ccd, clinic):
    write(FINE.replace("}", ", tls: { ca_file: ca.pem } }") + "log: { file: nowhere/ccd.log }\n")
    out = ccd("check")[1]
    assert f"ccd.yaml: ami.tls.ca_file: {clinic}/ca.pem cannot be read" in out
    assert f"ccd.yaml: log.file: this user may not write {clinic}/nowhere/ccd.log" in out


def test_what_lies_in_a_folder_that_is_closed_to_this_user(ccd, clinic, monkeypatch):
    """As on Debian: Asterisk's folders are open to its own group alone."""
    closed = clinic / "closed"
    seen, access = Path.stat, os.access

    def no_stat(file: Path, **how: bool) -> os.stat_result:
        if closed in file.parents:
            raise PermissionError(13, "Permission denied", str(file))
        return seen(file, **how)

    monkeypatch.setattr(Path, "stat", no_stat)
    monkeypatch.setattr(
        os, "access", lambda file, how: closed not in Path(file).parents and access(file, how)
    )
    write(
        FINE
        + "asterisk_logs: { cel: closed/cel-custom/ccd.csv, queue_log: closed/queue_log }\n"
        + "recordings: { folder: closed/monitor }\nlog: { file: closed/ccd.log }\n"
    )
    code, out, _ = ccd("check")
    assert code == 1
    for name in ("cel-custom/ccd.csv", "queue_log", "monitor"):
        assert f"{closed}/{name} cannot be read by this user" in out
    assert f"log.file: this user may not write {closed}/ccd.log" in out


def test_asterisk_makes_no_folder_for_what_it_writes_down(ccd, clinic):
    write(FINE + "asterisk_logs: { cel: cel-custom/ccd.csv, queue_log: ccd.yaml }\n")
    said = f"asterisk_logs.cel: {clinic}/cel-custom/ccd.csv is not there"
    assert f"{said}, nor its folder, which Asterisk does not make: calls" in ccd("check")[1]
    (clinic / "cel-custom").mkdir()
    assert f"{said}: calls" in ccd("check")[1]


def test_the_folder_of_recordings_must_be_there_and_readable(ccd, clinic):
    write(FINE + "recordings: { folder: monitor }\n")
    code, out, _ = ccd("check")
    assert code == 0
    assert f"ccd.yaml: warning: recordings.folder: {clinic}/monitor is no folder here" in out
    (clinic / "monitor").mkdir()
    assert "recordings" not in ccd("check")[1]


def test_a_secret_that_everyone_may_read(ccd):
    write(FINE, 0o644)
    code, out, _ = ccd("check")
    assert code == 0
    assert out.splitlines()[0] == (
        "ccd.yaml: warning: ami.secret: everyone on this machine may read it: chmod 640 ccd.yaml"
    )
    assert "hunter2" not in out
    assert stat.S_IMODE(Path("ccd.yaml").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("", "this secret is nowhere: set a variable, or a systemd credential, of that name"),
        ("short", "is too short: at least 20 characters, as of `openssl rand -hex 24`"),
    ],
)
def test_a_word_that_opens_nothing_or_too_easily(ccd, monkeypatch, word, why):
    monkeypatch.setenv("WORD", word)
    write(FINE + "desk: { wallboard: { token_env: WORD }, prometheus: { token_env: WORD } }\n")
    _, out, _ = ccd("check")
    assert out.splitlines()[:2] == [
        f"ccd.yaml: warning: desk.{part}.token_env: WORD: {why}" for part in ("wallboard", "prometheus")
    ]
    monkeypatch.setenv("WORD", "a word that nobody guesses")
    assert "token_env" not in ccd("check")[1]


def test_the_configuration_may_be_named(ccd, clinic, monkeypatch):
    (clinic / "other.yaml").write_text("agi: {}\n")
    monkeypatch.setenv("CCD_AMI_SECRET", "hunter2")
    assert ccd("check", "--config", "other.yaml")[1].startswith("other.yaml: fine")
    monkeypatch.setenv("CCD_CONFIG", "other.yaml")
    assert ccd("check")[1].startswith("other.yaml: fine")


def test_no_configuration_anywhere(ccd, monkeypatch):
    monkeypatch.setattr(failing, "PLACES", (Path("nowhere.yaml"),))
    code, out, error = ccd("check")
    assert (code, out) == (1, "")
    assert (
        error == 'no configuration found: write one with "ccd init", or name it with --config or CCD_CONFIG\n'
    )


def test_a_named_file_that_is_missing(ccd):
    assert ccd("check", "-c", "x.yaml")[:2] == (
        1,
        "x.yaml: there is no such file\nx.yaml: 1 error, 0 warnings\n",
    )


@pytest.mark.parametrize(
    "command", [["calls"], ["explain", "--from", "1", "--to", "2"], ["run"], ["directory", "import", "x.csv"]]
)
def test_no_command_runs_on_wrong_settings(ccd, command):
    write("agi: { port: x }\n")
    assert ccd(*command) == (1, "", 'ccd.yaml:1:14: agi.port: must be a whole number, not "x"\n')


def test_misuse_has_its_own_exit_code(ccd):
    assert ccd("chekc")[0] == 2
    assert ccd("explain")[0] == 2


def test_the_version(ccd):
    assert ccd("--version") == (0, "ccd 0.1.0\n", "")


def test_sources_that_cannot_be_used_as_they_are_written(ccd):
    write(
        FINE
        + """
directory:
  sources:
    - name: a
      plugin: { name: cards }
    - name: b
      http:
        headers: { Authorization: "Bearer {secret:MIS_TOKEN}" }
        patients: { url: "https://mis.clinic.ru/{e164}", answer: { patient_id: id, full_name: name } }
    - name: c
      http:
        ca_file: nowhere.pem
        patients: { url: "https://mis.clinic.ru/{e164}", answer: { patient_id: id, full_name: name } }
    - { name: d, fhir: { url: "https://mis.clinic.ru/fhir", ca_file: nowhere.pem } }
    - name: e
      sql:
        url: postgresql://ccd@127.0.0.1/mis
        ca_file: nowhere.pem
        queries: { patients: "SELECT id AS patient_id, name AS full_name FROM people WHERE phone = :e164" }
"""
    )
    code, out, _ = ccd("check")
    assert (code, out.splitlines()) == (
        0,
        [
            (
                "ccd.yaml:6:7: warning: directory.sources[0].plugin: cannot be used:"
                ' no plug-in "cards" is installed; none is installed beside ccd'
            ),
            (
                "ccd.yaml:8:7: warning: directory.sources[1].http: cannot be used:"
                " MIS_TOKEN: this secret is nowhere: set a variable, or a systemd credential, of that name"
            ),
            (
                "ccd.yaml:12:7: warning: directory.sources[2].http: cannot be used:"
                f" ca_file: {Path.cwd()}/nowhere.pem holds no certificate that can be read"
            ),
            (
                "ccd.yaml:15:18: warning: directory.sources[3].fhir: cannot be used:"
                f" ca_file: {Path.cwd()}/nowhere.pem holds no certificate that can be read"
            ),
            (
                "ccd.yaml:17:7: warning: directory.sources[4].sql: cannot be used:"
                f" ca_file: {Path.cwd()}/nowhere.pem holds no certificate that can be read"
            ),
            "ccd.yaml: fine (0 rules, 5 warnings)",
        ],
    )


def test_sources_that_others_can_overhear(ccd):
    write(
        FINE
        + """
directory:
  sources:
    - name: a
      http:
        patients: { url: "HTTP://Mis.clinic.ru/{e164}", answer: { patient_id: id, full_name: name } }
        visits: { url: "http://127.0.0.1:9/{patient_id}", answer: { starts_at: at, status: state } }
    - { name: b, fhir: { url: "http://10.0.0.5/fhir" } }
    - { name: c, fhir: { url: "http://localhost:9/fhir" } }
    - { name: d, fhir: { url: "http://[::1]:9/fhir" } }
    - { name: e, fhir: { url: "https://10.0.0.5/fhir" } }
"""
    )
    code, out, _ = ccd("check")
    words = "unencrypted: everyone on the way can read them; write https://"
    assert (code, out.splitlines()) == (
        0,
        [
            (
                "ccd.yaml:7:26: warning: directory.sources[0].http.patients.url:"
                f" patients' data go to mis.clinic.ru {words}"
            ),
            f"ccd.yaml:9:31: warning: directory.sources[1].fhir.url: patients' data go to 10.0.0.5 {words}",
            "ccd.yaml: fine (0 rules, 2 warnings)",
        ],
    )
