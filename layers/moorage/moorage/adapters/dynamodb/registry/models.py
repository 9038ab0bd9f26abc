"""The records of a registry's own settings; keys.py has their keys."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from moorage.adapters.dynamodb.item import Item


class TemplateItem(Item, discriminator="template"):
    """A repository creation template; `members` are those that its user gave."""

    prefix = UnicodeAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    members = JSONAttribute()


class SettingItem(Item, discriminator="setting"):
    """An account setting that somebody changed."""

    value = UnicodeAttribute()


class ExclusionItem(Item, discriminator="exclusion"):
    """A principal whose pulls are not recorded."""

    principal_arn = UnicodeAttribute()
    created_at = NumberAttribute()
