"""ccd.yaml for the catalogue: one rule for each shape."""

import json
from typing import Any

from tests.catalogue.shape import Shape


def filled(shape: Shape, text: str) -> str:
    """``{a}`` and its like become the phones' numbers."""
    for letter in "abcdxy":
        text = text.replace(f"{{{letter}}}", shape.extension(letter))
    return text.replace("{box}", f"box{shape.number}")


def configuration(shapes: list[Shape]) -> str:
    """ccd.yaml, as JSON, which is YAML; @NAMES@ are filled in by the testbed."""
    rules = [
        {"name": one.name, "when": {"called": one.did}, "steps": _steps(one, list(one.steps))}
        for one in shapes
    ]
    settings = {
        "database": "@HOME@/ccd.db",
        "ami": {
            "host": "127.0.0.1",
            "port": "@AMI_PORT@",
            "username": "ccd",
            "secret": "@AMI_SECRET@",
            "reconnect_max": 1,
            "ping_interval": 30,
        },
        "agi": {"host": "127.0.0.1", "port": "@AGI_PORT@", "deadline": 20, "read_timeout": 10},
        "desk": {"host": "127.0.0.1", "port": "@HTTP_PORT@"},
        "directory": {"region": "RU"},
        "log": {"level": "debug", "format": "json"},
        "asterisk_logs": {
            "cel": "@HOME@/asterisk/log/cel-custom/ccd.csv",
            "queue_log": "@HOME@/asterisk/log/queue_log",
        },
        "voicemail_folder": "@HOME@/asterisk/spool/ccd-voicemail",
        "routing": {
            "default_queue": "operators",
            "dial": {"trunk": "PJSIP/{number}@outside"},
            "escalation": {"wait": "6s", "back": "6s"},
            "rules": rules,
        },
    }
    text = json.dumps(settings, indent=1, ensure_ascii=False)
    for name in ("AMI_PORT", "AGI_PORT", "HTTP_PORT"):
        text = text.replace(f'"@{name}@"', f"@{name}@")
    return text


def _steps(shape: Shape, steps: Any) -> Any:
    """The rule's steps with the names of the shape's own queues and phones."""
    if isinstance(steps, dict):
        return {key: _named(shape, key, value) for key, value in steps.items()}
    if isinstance(steps, list | tuple):
        return [_steps(shape, one) for one in steps]
    return filled(shape, steps) if isinstance(steps, str) else steps


def _named(shape: Shape, key: str, value: Any) -> Any:
    if key in {"queue", "name"} and value in ("q", "d"):
        return shape.queue_name(value)
    return _steps(shape, value)
