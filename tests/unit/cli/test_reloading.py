"""``ccd reload``, as far as it goes without a ccd that runs."""


def test_wrong_rules_are_said_to_change_nothing(ccd, clinic):
    (clinic / "ccd.yaml").write_text("routing: { rulse: [] }\n", encoding="utf-8")
    code, _, error = ccd("reload")
    assert code == 1
    assert error.splitlines() == [
        'ccd.yaml:1:12: routing.rulse: no such setting; did you mean "rules"?',
        "the rules stay as they were",
    ]


def test_nobody_to_ask(ccd, clinic):
    code, _, error = ccd("reload")
    assert (code, error) == (1, f"no ccd runs on {clinic / 'ccd.db'}\n")
