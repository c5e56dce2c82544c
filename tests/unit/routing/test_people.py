"""People, as they are written in routing.yaml."""

import pytest
from pydantic import ValidationError

from ccd.routing.people import Person
from ccd.routing.rules import Routing


@pytest.mark.parametrize("phone", ["PJSIP/201", "SIP/2_1-a", "Local/201@from-queue/n"])
def test_a_phone_is_named_as_asterisk_does(phone):
    assert Person(name="Петров Иван", phone=phone, number="+79161234567").phone == phone


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "201"),
        ("phone", "PJSIP/201\r\nAction: Logoff"),
        ("phone", "PJSIP/201&PJSIP/202"),
        ("phone", "PJSIP/" + "1" * 64),
        ("name", " "),
        ("name", "Petrov|Ivan"),
        ("name", "Petrov\n"),
        ("state", "hint 201"),
        ("number", "8 916"),
    ],
)
def test_what_asterisk_would_misread_is_refused(field, value):
    with pytest.raises(ValidationError):
        Person(**{"name": "Petrov", "phone": "PJSIP/201", field: value})


def test_an_id_is_a_plain_word():
    with pytest.raises(ValidationError, match="a-z, 0-9"):
        Routing.model_validate({"people": {"Dr. Petrov": {"name": "P", "phone": "PJSIP/201"}}})
