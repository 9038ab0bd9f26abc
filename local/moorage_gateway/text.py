"""Text from clients, in logs."""


def printable(text: str) -> str:
    """The text without control characters and quotes that end a field, for one line of a log."""
    return text.encode("unicode_escape", "surrogatepass").decode("ascii").replace('"', "%22")
