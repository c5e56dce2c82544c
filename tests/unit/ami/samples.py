"""Events as Asterisk writes them, for tests."""

from pathlib import Path

from tests.fakes.ami import event

CAPTURES = Path(__file__).parents[2] / "captures"
"""What a real Asterisk sent; see ``tests/testbed/capture.py``."""

CHANNEL = {
    "Channel": "PJSIP/trunk-00000000",
    "ChannelState": 4,
    "CallerIDNum": "+79161234567",
    "CallerIDName": "Ivanov Ivan",
    "ConnectedLineName": "<unknown>",
    "AccountCode": "",
    "Context": "ccd-inbound",
    "Exten": "74951234567",
    "Priority": 4,
    "Uniqueid": "1795281484.0",
    "Linkedid": "1795281484.0",
}
AGENT = {
    **CHANNEL,
    "DestChannel": "PJSIP/101-00000001",
    "DestUniqueid": "1795281484.1",
    "DestLinkedid": "1795281484.0",
    "Queue": "operators",
    "Interface": "PJSIP/101",
    "MemberName": "Op One",
}


def body(name: str, /, **headers: object) -> bytes:
    """One event's frame, as the framer hands it on."""
    return event(name, **headers).removesuffix(b"\r\n\r\n")
