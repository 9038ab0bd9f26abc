"""The records of lifecycle policies and of their evaluations; keys.py has their keys."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from moorage.adapters.dynamodb.item import Item


class LifecyclePolicyItem(Item, discriminator="lifecycle_policy"):
    """A repository's lifecycle policy. That of an earlier incarnation counts as absent."""

    incarnation = UnicodeAttribute()
    text = UnicodeAttribute()
    version = UnicodeAttribute()
    last_evaluated_at = NumberAttribute(null=True)


class EvaluationItem(Item, discriminator="lifecycle_evaluation"):
    """A preview, or the current run's evaluation of a repository."""

    incarnation = UnicodeAttribute()
    evaluation_id = UnicodeAttribute()
    policy_text = UnicodeAttribute()
    policy_version = UnicodeAttribute()
    started_at = NumberAttribute()
    run_started_at = NumberAttribute(null=True)
    is_complete = BooleanAttribute()
    expiring = NumberAttribute()
    transitioning = NumberAttribute()
    pages = NumberAttribute()
    next_page = NumberAttribute()


class EvaluationPageItem(Item, discriminator="lifecycle_decisions"):
    """Some decisions of an evaluation: digest, tags, pushed at, storage class, action and priority of each."""

    decisions = JSONAttribute()


class PendingPreviewItem(Item, discriminator="lifecycle_pending"):
    """A preview that the API had no time to complete."""

    repository = UnicodeAttribute()


class LifecycleRunItem(Item, discriminator="lifecycle_run"):
    """The progress of the registry's current run, and the owner of its lease."""

    started_at = NumberAttribute(default=0)
    after = UnicodeAttribute(null=True)
    is_finished = BooleanAttribute(default=True)
    listed = JSONAttribute(null=True)
    lease_owner = UnicodeAttribute()
    lease_until = NumberAttribute()
