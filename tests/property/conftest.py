"""Hypothesis: no example is judged by how long it takes."""

from hypothesis import settings

settings.register_profile("moorage", deadline=None)
settings.load_profile("moorage")
