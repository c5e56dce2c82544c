"""How clinics and their systems say what has become of a visit, in three languages, in lower case.

Only words of which anybody is sure: "отложен" or "оплачен" may be anything.
"""

from ccd.directory.model import STATUSES

_OTHERS = {
    "booked": (
        "planned, scheduled, confirmed, pending, записан, записана, запланирован, запланирована, "
        "запланировано, подтвержден, подтверждён, подтверждена, подтверждено, записаний, запланований, "
        "заплановано, підтверджений, підтверджено"
    ),
    "arrived": (
        "checked-in, checked_in, пришел, пришёл, пришла, прибыл, прибыла, прийшов, прийшла, прибув, прибула"
    ),
    "fulfilled": (
        "completed, finished, done, завершен, завершён, завершена, завершено, состоялся, состоялось, "
        "выполнен, выполнено, завершений, відбувся, відбулося, виконаний, виконано"
    ),
    "cancelled": (
        "canceled, отменен, отменён, отменена, отменено, отмена, скасований, скасовано, відмінений, відмінено"
    ),
    "noshow": (
        "no-show, no_show, не пришел, не пришёл, не пришла, не явился, не явилась, неявка, "
        "не прийшов, не прийшла, "
        "не з'явився, не з'явилась, не з'явилася, не з’явився, не з’явилась, не з’явилася"
    ),
}
STATUS_WORDS = {
    **{status: status for status in STATUSES},
    **{word: status for status, words in _OTHERS.items() for word in words.split(", ")},
}
"""The one of STATUSES that a word means."""
