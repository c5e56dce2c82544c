"""The core: what a call is and how events change it.  No I/O, no asyncio, no clock."""
