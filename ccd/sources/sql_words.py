"""How databases spell what ccd has a word for, in lower case.  An admin's ``CASE`` gives anything else."""

from ccd.directory.model import STATUSES as STATUS_WORDS
from ccd.directory.model import Answer, Reach, RemarkKind

ANSWERS = {
    **dict.fromkeys(("covered", "yes", "true", "1", "full", "да", "так", "покрывается"), Answer.COVERED),
    **dict.fromkeys(("copay", "co-pay", "copayment", "co-payment", "partial", "доплата"), Answer.COPAY),
    **dict.fromkeys(
        ("not_covered", "not covered", "no", "false", "0", "none", "нет", "ні"), Answer.NOT_COVERED
    ),
    **dict.fromkeys(("unknown", "?", "неизвестно", "невідомо"), Answer.UNKNOWN),
}
STATUSES = {
    **{status: status for status in STATUS_WORDS},
    **dict.fromkeys(("planned", "scheduled", "confirmed", "pending"), "booked"),
    **dict.fromkeys(("checked-in", "checked_in"), "arrived"),
    **dict.fromkeys(("completed", "finished", "done"), "fulfilled"),
    **dict.fromkeys(("canceled",), "cancelled"),
    **dict.fromkeys(("no-show", "no_show"), "noshow"),
}
REACHES = {**{one.value: one for one in Reach}, "organization": Reach.ORGANISATION}
KINDS = {one.value: one for one in RemarkKind}
FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "active", "t", "y", "да", "так"), True),
    **dict.fromkeys(("false", "0", "no", "cancelled", "suspended", "f", "n", "нет", "ні"), False),
}
