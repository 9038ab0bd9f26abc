"""Resource tags: names and values that a user attaches to a repository. They are not image tags.

The rules are Amazon ECR's (ECR User Guide, "Tagging a private repository", tag restrictions):
- A repository has at most 50 tags. A key occurs once, and keys that differ in case are different.
- A key has 1 to 128 characters, a value at most 256.
- Both consist of letters, digits and spaces of any language, and of `+ - = . _ : / @`.
- `aws:`, in any case, begins neither a key nor a value: AWS reserves it.
"""

from unicodedata import category

from moorage.domain.errors import InvalidTagError, TooManyTagsError

ResourceTags = tuple[tuple[str, str], ...]
"""Keys and values."""
MAX_TAGS = 50
MAX_KEY_LENGTH = 128
MAX_VALUE_LENGTH = 256
RESERVED_PREFIX = "aws:"
_SYMBOLS = frozenset("+-=._:/@")
_CATEGORIES = frozenset("LNZ")
"""Letters, numbers and separators, as Unicode's general categories begin."""


def require_valid_tags(tags: ResourceTags) -> None:
    """Refuse tags that a repository cannot have.

    Raises: TooManyTagsError, InvalidTagError.
    """
    require_room(tags)
    for key, value in tags:
        _require_valid_text(key, f"the key '{key[:MAX_KEY_LENGTH]}'", MAX_KEY_LENGTH)
        _require_valid_text(value, f"the value of the key '{key}'", MAX_VALUE_LENGTH)
        if not key:
            raise InvalidTagError("A tag's key must have at least 1 character")
    if len(dict(tags)) < len(tags):
        raise InvalidTagError("Each tag's key can be given only once")


def require_room(tags: ResourceTags) -> None:
    """Refuse more tags than a repository may have. Raises: TooManyTagsError."""
    if len(tags) > MAX_TAGS:
        raise TooManyTagsError(f"A repository can have at most {MAX_TAGS} tags, and {len(tags)} were given")


def with_tags(tags: ResourceTags, added: ResourceTags) -> ResourceTags:
    """The tags with others added; a key that is there gets the new value. Raises: TooManyTagsError."""
    merged = tuple({**dict(tags), **dict(added)}.items())
    require_room(merged)
    return merged


def without_keys(tags: ResourceTags, keys: frozenset[str]) -> ResourceTags:
    """The tags without those of some keys."""
    return tuple((key, value) for key, value in tags if key not in keys)


def _require_valid_text(text: str, subject: str, max_length: int) -> None:
    if len(text) > max_length:
        raise InvalidTagError(f"In a tag, {subject} has {len(text)} characters; at most {max_length} are allowed")
    if text.casefold().startswith(RESERVED_PREFIX):
        raise InvalidTagError(f"In a tag, {subject} begins with '{RESERVED_PREFIX}', which is reserved")
    if any(category(each)[0] not in _CATEGORIES and each not in _SYMBOLS for each in text):
        raise InvalidTagError(
            f"In a tag, {subject} has other characters than letters, digits, spaces and {' '.join(sorted(_SYMBOLS))}"
        )
