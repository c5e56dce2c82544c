"""``ccd test``."""

GOOD = """\
tests:
  - name: vip patients
    call: { from: "+79161234567", to: "+74951234567", at: "2026-11-22 03:15", patients: { tags: vip } }
    expect: vip at any time
"""


def test_expectations_that_are_met(ccd, clinic):
    (clinic / "ccd.tests.yaml").write_text(GOOD, encoding="utf-8")
    assert ccd("test") == (0, "1 call, all as expected\n", "")


def test_one_that_is_not_says_what_came_and_why(ccd, clinic):
    (clinic / "my.yaml").write_text(GOOD.replace("tags: vip", "tags: new"), encoding="utf-8")
    code, out, _ = ccd("test", "my.yaml")
    assert code == 1
    assert out.splitlines() == [
        'my.yaml:4:13: tests[0].expect: "vip patients": expected rule "vip at any time", came "night"',
        "why",
        "├── ✗ vip at any time",
        "│   └── ✗ tag vip: it is new",
        "├── ✓ night",
        "│   ├── ✓ called +7495*: it is +74951234567",
        "│   └── ✓ outside opening: it is sun 2026-11-22 03:15",
        "├── → play ccd/closed",
        "└── → hangup 16",
        "1 call, 1 not as expected",
    ]


def test_a_mistake_in_the_file(ccd, clinic):
    (clinic / "ccd.tests.yaml").write_text("tests: [{ name: x }]\n", encoding="utf-8")
    code, out, _ = ccd("test")
    assert code == 1
    assert out.splitlines()[0] == "ccd.tests.yaml:1:9: tests[0].call: is missing"
    assert out.splitlines()[-1] == "nothing was tried: the expectations cannot be read"


def test_no_file_at_all(ccd):
    code, _, error = ccd("test")
    assert code == 1
    assert error.startswith("ccd.tests.yaml: there is no such file")


def test_the_file_beside_the_rules_is_named_as_from_here(ccd, clinic):
    (clinic / "ccd.yaml").write_text("routing_file: routing.yaml\n", encoding="utf-8")
    (clinic / "routing.yaml").write_text("rules: []\n", encoding="utf-8")
    (clinic / "routing.tests.yaml").write_text("tests: [{ name: x }]\n", encoding="utf-8")
    assert ccd("test")[1].startswith("routing.tests.yaml:1:9: ")
