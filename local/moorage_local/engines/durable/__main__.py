"""Run ministack with its state in the file that MOORAGE_STATE_FILE names; run by path, by the engines' own Python."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Load, follow, serve; return when told to stop."""
    file = Path(os.environ["MOORAGE_STATE_FILE"])
    # Last on the path, so that everything but our own package comes from the engines' environment.
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from ministack import app

    from moorage_local.engines.durable.answers import behind_barrier
    from moorage_local.engines.durable.state import State
    from moorage_local.engines.durable.store import Store, StoreError

    sys.path.pop()
    try:
        store = Store(file)
    except StoreError as error:
        sys.exit(str(error))
    state = State(store)
    state.load()
    if state.is_new:
        state.take_over(file.parent)
    state.attach()
    app.app = behind_barrier(app.app, state.commits.settled, state.streams.handled, state.rewrite)
    try:
        app.main()
    finally:
        store.close()


if __name__ == "__main__":
    main()
