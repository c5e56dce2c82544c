"""The real ccd with more time for its promises: for tests of what is promised, not of how soon.

``python -m tests.testbed.patient_ccd run --config FILE``
"""

from ccd import cli, promising


def wait_for_the_database() -> None:
    """Let a promise take as long as a slow machine needs."""
    promising.PATIENCE = 10


if __name__ == "__main__":
    wait_for_the_database()
    cli.main()
