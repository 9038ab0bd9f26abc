"""Checks of a deployed stack, after a deployment: what only the account can show (docs/operate/doctor.md)."""
