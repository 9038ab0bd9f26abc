"""The use cases' world in memory, with the real one's semantics: conditions, locks, S3's checks.

tests/contract/ports runs the same suite against these and against the engines, so that they cannot drift apart.
"""
