"""For all tests: no property test fails because the machine was busy, and all of them together stay quick.

``pytest --hypothesis-profile thorough`` tries ten times as many examples.
"""

from hypothesis import settings

settings.register_profile("patient", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("patient")
