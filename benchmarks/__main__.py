"""`make bench`: every benchmark, one after the other, each in its own process."""

import subprocess
import sys

BENCHMARKS = (
    ("start_up",),
    ("access",),
    ("completion",),
    ("streaming_checksum", "--mib", "512", "--rounds", "3", "--seaweedfs"),
    ("layer_push",),
    ("docker_push",),
    ("cold_start", "5"),
    ("costs",),
    ("transaction_conflicts",),
    ("lifecycle",),
)


def main() -> None:
    """Run them; the first failure ends the run."""
    for name, *arguments in BENCHMARKS:
        print(f"\n── {name} ──", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=True)


if __name__ == "__main__":
    main()
