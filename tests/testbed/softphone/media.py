"""What a phone says about its sound, and a noise where a test needs one."""

import asyncio
import re
import struct

Address = tuple[str, int]
DISCARD: Address = ("127.0.0.1", 9)
"""Where Asterisk may send what it plays: nobody listens."""
_PACKET = 0.02
"""Seconds of sound in one packet."""
_TONE = (b"\xa5" * 8 + b"\x25" * 8) * 10
"""Those seconds of a-law, loud enough to be no silence."""


def sdp(direction: str = "sendrecv") -> str:
    """An offer or an answer: a-law."""
    host, port = DISCARD
    lines = (
        *("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", f"c=IN IP4 {host}", "t=0 0"),
        *(f"m=audio {port} RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20", f"a={direction}"),
    )
    return "".join(f"{line}\r\n" for line in lines)


def address_in(body: str) -> Address:
    """Where the other side wants its sound."""
    host, port = re.search(r"c=IN IP4 (\S+)", body), re.search(r"m=audio (\d+)", body)
    return (host[1], int(port[1])) if host and port else DISCARD


async def send_tone(to: Address, seconds: float) -> None:
    """Send a tone as RTP (RFC 3550), payload type 8, in real time."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=to)
    begun = loop.time()
    try:
        for number in range(int(seconds / _PACKET)):
            head = struct.pack("!BBHII", 0x80, 8, number, number * len(_TONE), 0xCCD)
            transport.sendto(head + _TONE)
            await asyncio.sleep(begun + (number + 1) * _PACKET - loop.time())
    finally:
        transport.close()
