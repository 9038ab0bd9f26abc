"""The caller and the action of a request: the input of every authorization."""

from dataclasses import dataclass, replace

from moorage.domain.caller import ANONYMOUS, Call, Caller, parse_caller
from moorage.domain.registry import Registry
from moorage.domain.repositories.resource_tags import ResourceTags


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """The caller and the action (`ecr:PutImage`) of a request. Without a call, the registry itself acts.

    `repository` is the only one that the request may touch, where its path told IAM so; empty for any.
    `tags` and `tag_keys` are those that the request gives or names.
    `continues`: the registry completes an upload and acts for the caller that began it (see `on_behalf_of`).
    """

    call: Call | None = None
    action: str = ""
    tags: ResourceTags = ()
    tag_keys: tuple[str, ...] = ()
    repository: str = ""
    continues: bool = False

    @property
    def subject(self) -> str | None:
        """The owner of an upload that this request begins; None for the registry itself."""
        return self.call.caller.subject if self.call else None

    @property
    def caller(self) -> Caller:
        """The caller; anonymous for the registry itself."""
        return self.call.caller if self.call else ANONYMOUS

    def on_behalf_of(self, initiator: str | None) -> "AccessRequest":
        """The same request, where the registry acts for the initiator of an upload.

        Its address and time of day are not known then: conditions on them never satisfy an Allow and always a Deny.
        """
        caller = parse_caller(initiator) if initiator else None
        if not self.continues or self.call is None or caller is None:
            return self
        return replace(self, call=Call(registry=self.call.registry, caller=caller), continues=False)


ITSELF = AccessRequest()
"""The registry itself, which may do everything."""
NOBODY = AccessRequest(call=Call(registry=Registry("", "", ""), caller=ANONYMOUS))
"""The initial value in the ports: requests are denied until the entry point sets the caller."""
