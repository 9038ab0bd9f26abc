"""The progress of lifecycle runs in DynamoDB: one item, which one owner at a time may change."""

from pynamodb.expressions.update import Action

from moorage.adapters.dynamodb.conditional_writes import update_or_conflict
from moorage.adapters.dynamodb.keys import LIFECYCLE_RUN, registry_pk
from moorage.adapters.dynamodb.lifecycle.models import LifecycleRunItem
from moorage.domain.lifecycle.evaluation import LifecycleRun


class DynamoDbLifecycleRuns:
    """Implements the port `LifecycleRuns`. Each docstring lists the calls to AWS."""

    def claim(self, registry_id: str, owner: str, now: float, lease_until: float) -> LifecycleRun | None:
        """One conditional update. If an earlier attempt's response was lost, the owner shows that it succeeded."""
        is_free = (
            LifecycleRunItem.pk.does_not_exist()
            | (LifecycleRunItem.lease_until <= now)
            | (LifecycleRunItem.lease_owner == owner)
        )
        lease: list[Action] = [
            LifecycleRunItem.lease_owner.set(owner),
            LifecycleRunItem.lease_until.set(lease_until),
            LifecycleRunItem.kind.set(LifecycleRunItem),  # an update also creates the item, but does not set its kind
        ]
        claimed, item = update_or_conflict(_key(registry_id), lease, is_free)
        if not claimed or not isinstance(item, LifecycleRunItem):
            return None
        finished = True if item.is_finished is None else item.is_finished
        return LifecycleRun(
            started_at=float(item.started_at or 0), after=item.after, is_finished=finished, listed=item.listed or {}
        )

    def save(self, registry_id: str, owner: str, run: LifecycleRun, lease_until: float) -> bool:
        """One conditional update."""
        is_ours = LifecycleRunItem.lease_owner == owner
        after = LifecycleRunItem.after.remove() if run.after is None else LifecycleRunItem.after.set(run.after)
        progress: list[Action] = [
            LifecycleRunItem.started_at.set(run.started_at),
            LifecycleRunItem.is_finished.set(run.is_finished),
            LifecycleRunItem.lease_until.set(lease_until),
            LifecycleRunItem.listed.set(dict(run.listed)),
            after,
        ]
        return update_or_conflict(_key(registry_id), progress, is_ours)[0]


def _key(registry_id: str) -> LifecycleRunItem:
    return LifecycleRunItem(registry_pk(registry_id), LIFECYCLE_RUN)
