"""A completion can be read in one direction: few modules, none of which is called back."""

from tests.support.fakes.world import World
from tests.support.layers import digest_of
from tests.support.module_trace import trace_modules

CONTENT = b"0123456789abcdefghij-end"
MODULES = {
    "moorage.usecases.completion.complete_layer_upload",
    "moorage.usecases.access.authorize",
    "moorage.domain.uploads.upload",
    "moorage.usecases.completion._relayed_source",
    "moorage.adapters.libcrypto",
    "moorage.domain.digest",
    "moorage.domain.repositories.repository",
    "moorage.usecases.completion._commit_layer",
}


def test_a_relayed_completion_passes_few_modules_and_is_never_called_back(world: World):
    upload_id = world.uploaded(CONTENT)
    trace = trace_modules(lambda: world.complete(upload_id, digest_of(CONTENT)))
    assert set(trace.modules) == MODULES
    assert len(MODULES) == 8
    assert trace.returns == []
