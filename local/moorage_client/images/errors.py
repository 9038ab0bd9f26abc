"""What can be wrong with an image's archive, or with the registry's answers about an image."""


class ArchiveError(Exception):
    """The archive cannot be used; the message says why in one line."""


class RegistryError(Exception):
    """The registry refuses, or what it returned is not the image; the message says why in one line."""
