"""Wildcards as IAM reads them: `*` is any number of characters, `?` is one."""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits the pattern.

    Takes at most len(pattern) * len(text) steps: a regular expression would take far more for patterns made to
    be slow, and callers write these patterns.
    """
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    at = place = 0
    star, resume = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, place, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return all(character == "*" for character in pattern[at:])


ARN_PARTS = 6


def matches_arn(arn: str, pattern: str) -> bool:
    """ArnLike and ArnEquals: each of the six parts between colons is compared by itself, with wildcards."""
    parts, patterns = arn.split(":", ARN_PARTS - 1), pattern.split(":", ARN_PARTS - 1)
    return len(parts) == len(patterns) and all(matches(one, part) for one, part in zip(patterns, parts, strict=True))
