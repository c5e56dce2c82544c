"""``ccd schema``."""

import json


def test_it_prints_the_schema_of_the_rules(ccd):
    code, out, _ = ccd("schema")
    assert code == 0
    assert "rules" in json.loads(out)["properties"]


def test_it_writes_the_schema_of_the_settings(ccd, clinic):
    assert ccd("schema", "ccd", "--output", "ccd.json") == (0, "", "")
    assert "ami" in json.loads((clinic / "ccd.json").read_text())["properties"]


def test_it_says_when_it_cannot_write(ccd):
    code, _, error = ccd("schema", "--output", "nowhere/x.json")
    assert (code, error) == (1, "nowhere/x.json: No such file or directory\n")


def test_it_prints_every_key_for_people(ccd):
    code, out, _ = ccd("schema", "routing", "--reference")
    assert code == 0
    assert out.startswith("# routing.yaml: every key\n")
