"""Many patients at once, from one SIPp."""

from tests.integration.clinic.house import DIDS
from tests.integration.clinic.support import STAYS, Clinic, Dialled, until
from tests.testbed import phone
from tests.testbed.ami_probe import AmiProbe
from tests.testbed.phones import Patient

_FIRST = 78_000_000_001
RATE = 25
"""Calls begun in a second."""


async def dial(clinic: Clinic, probe: AmiProbe, rule: str, count: int) -> list[Dialled]:
    """Let so many patients call the number of this rule, each from a number of their own."""
    numbers = [f"+{_FIRST + number}" for number in range(count)]
    home = clinic.home / "phones"
    callers = home / "callers.csv"
    callers.write_text("SEQUENTIAL\n" + "".join(f"{number};\n" for number in numbers))
    limits = ["-m", str(count), "-l", str(count), "-r", str(RATE), "-inf", str(callers)]
    scenario = Patient(number=b"[field0]", did=DIDS[rule], talk=STAYS).scenario()
    since = len(probe.messages)
    target = f"127.0.0.1:{clinic.sip_port}"
    patients = await phone.start(scenario, home, "crowd", [target, *limits])
    clinic.patients.append(patients)

    def born() -> dict[str, Dialled]:
        new = [one for one in probe.messages[since:] if one.get("Event") == "Newchannel"]
        return {
            one["CallerIDNum"]: Dialled(
                patients, one["CallerIDNum"], one["Linkedid"], one["Channel"], float(one["Timestamp"])
            )
            for one in new
            if one["CallerIDNum"] in numbers
        }

    await until(lambda: len(born()) == count, f"{count} calls come in")
    return list(born().values())
