"""How databases spell what ccd has a word for, in lower case.  An admin's ``CASE`` gives anything else."""

from ccd.directory.model import Answer, Reach, RemarkKind

ANSWERS = {
    **dict.fromkeys(("covered", "yes", "true", "1", "full", "да", "так", "покрывается"), Answer.COVERED),
    **dict.fromkeys(("copay", "co-pay", "copayment", "co-payment", "partial", "доплата"), Answer.COPAY),
    **dict.fromkeys(
        ("not_covered", "not covered", "no", "false", "0", "none", "нет", "ні"), Answer.NOT_COVERED
    ),
    **dict.fromkeys(("unknown", "?", "неизвестно", "невідомо"), Answer.UNKNOWN),
}
REACHES = {**{one.value: one for one in Reach}, "organization": Reach.ORGANISATION}
KINDS = {one.value: one for one in RemarkKind}
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "active", "t", "y", "да", "так"), True),
    **dict.fromkeys(("false", "0", "no", "cancelled", "suspended", "f", "n", "нет", "ні"), False),
}
