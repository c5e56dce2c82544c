"""The composition root: settings in, parts plugged together, run until told to stop.

``process`` is what a command starts and ``running`` the parts' order; ``storage``, ``telephony``,
``keepers`` and ``front`` plug together what each is named after.
"""

from ccd.daemon.process import run as run
