"""Where secrets come from."""

import pytest

from ccd.settings.models import Ami, Settings
from ccd.settings.problems import SettingsError
from ccd.settings.secrets import ami_secret, named_secret


def with_secret(secret: str) -> Settings:
    return Settings(ami=Ami(secret=secret))


def test_the_file_comes_first_then_the_environment_then_the_credential(tmp_path):
    (tmp_path / "ami_secret").write_text("from systemd\n")
    credential = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    environment = credential | {"CCD_AMI_SECRET": "from env"}
    assert ami_secret(with_secret("from file"), environment) == "from file"
    assert ami_secret(with_secret(""), environment) == "from env"
    assert ami_secret(with_secret(""), credential) == "from systemd"


def refused(settings: Settings, environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        ami_secret(settings, environ)
    return str(caught.value)


def test_no_secret_is_said_plainly(tmp_path):
    expected = (
        "ami.secret: is nowhere: set it here, in the variable CCD_AMI_SECRET, or as a systemd credential"
    )
    assert refused(with_secret(""), {}) == expected
    assert refused(with_secret(""), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == expected


def test_a_credential_that_cannot_be_read(tmp_path):
    (tmp_path / "ami_secret").mkdir()
    message = refused(with_secret(""), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert message == "ami.secret: the systemd credential ami_secret cannot be read"


def test_a_secret_that_would_be_an_injection():
    message = refused(with_secret("hunter2\r\nAction: Originate"), {})
    assert message == "ami.secret: holds a line break or another character that cannot be sent"


def test_a_secret_of_a_source_is_a_variable_or_a_credential_of_its_name(tmp_path):
    (tmp_path / "MIS_TOKEN").write_text("from systemd\n")
    credential = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert named_secret("MIS_TOKEN", credential | {"MIS_TOKEN": "from env"}) == "from env"
    assert named_secret("MIS_TOKEN", credential) == "from systemd"


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({}, "this secret is nowhere: set a variable, or a systemd credential, of that name"),
        ({"MIS_TOKEN": "hunter2\n"}, "holds a line break or another character that cannot be sent"),
    ],
)
def test_a_secret_of_a_source_that_cannot_be_used(environ, why):
    with pytest.raises(SettingsError) as caught:
        named_secret("MIS_TOKEN", environ)
    assert str(caught.value) == f"MIS_TOKEN: {why}"
