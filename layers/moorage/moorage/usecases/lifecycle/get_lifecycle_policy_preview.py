"""GetLifecyclePolicyPreview: read what a preview decided, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from moorage.domain.errors import InvalidParameterError, LifecyclePreviewNotFoundError
from moorage.domain.lifecycle.evaluate import Decision
from moorage.domain.lifecycle.evaluation import Evaluation, EvaluationKind
from moorage.domain.lifecycle.policy import TagStatus
from moorage.domain.repositories.repository import Repository, RepositoryId
from moorage.usecases.lifecycle._find_lifecycle import find_lifecycle
from moorage.usecases.ports import Ports

MAX_ANSWER_TAGS = 10_000
"""Tags in one answer: of 300 characters each, they take half of the 6 MB that Lambda may answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPosition:
    """Where a page of results starts: in which evaluation, in which stored page, at which decision."""

    evaluation_id: str
    page: int = 0
    decision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GetLifecyclePolicyPreview:
    """Results of images with one of these digests or tags, if any are given; `limit` at most."""

    repository: RepositoryId
    digests: frozenset[str] = field(default_factory=frozenset)
    tags: frozenset[str] = field(default_factory=frozenset)
    tag_status: TagStatus = TagStatus.ANY
    start: PreviewPosition | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """`results` is empty while the preview is not complete; `next_start` is None at the end."""

    preview: Evaluation
    results: list[Decision]
    next_start: PreviewPosition | None = None


def get_lifecycle_policy_preview(query: GetLifecyclePolicyPreview, ports: Ports) -> PreviewPage:
    """Read one page of results.

    Raises: RepositoryNotFoundError, LifecyclePreviewNotFoundError, InvalidParameterError for a page of an earlier
    preview.
    """
    found = find_lifecycle(query.repository, ports)
    preview = found.evaluation
    if found.repository is None or preview is None or preview.expires_at() <= ports.now():
        raise LifecyclePreviewNotFoundError(query.repository)
    start = query.start or PreviewPosition(evaluation_id=preview.evaluation_id)
    if start.evaluation_id != preview.evaluation_id:
        raise InvalidParameterError("nextToken", "must belong to the latest preview of the repository")
    results: list[Decision] = []
    tags = 0
    for position, decision in _from(start, found.repository, preview, ports):
        if not _is_asked_for(decision, query):
            continue
        if results and (len(results) == query.limit or tags + len(decision.image.tags) > MAX_ANSWER_TAGS):
            return PreviewPage(preview, results, position)
        results.append(decision)
        tags += len(decision.image.tags)
    return PreviewPage(preview, results)


def _from(
    start: PreviewPosition, repository: Repository, preview: Evaluation, ports: Ports
) -> Iterator[tuple[PreviewPosition, Decision]]:
    for number in range(start.page, preview.pages):
        first = start.decision if number == start.page else 0
        page = ports.lifecycle.get_page(repository, EvaluationKind.PREVIEW, preview, number)
        for place in range(first, len(page)):
            yield PreviewPosition(evaluation_id=preview.evaluation_id, page=number, decision=place), page[place]


def _is_asked_for(decision: Decision, query: GetLifecyclePolicyPreview) -> bool:
    image = decision.image
    if (query.digests or query.tags) and image.digest not in query.digests and query.tags.isdisjoint(image.tags):
        return False
    return query.tag_status is TagStatus.ANY or bool(image.tags) == (query.tag_status is TagStatus.TAGGED)
