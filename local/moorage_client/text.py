"""Text that users chose (file names, repositories, the registry's messages) as it can be shown on a terminal."""


def printable(text: str) -> str:
    """The text with every control character and every byte that is not UTF-8 escaped, as in `\\x1b` or `\\xff`."""
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # a byte of a file name that is not UTF-8 (PEP 383)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
