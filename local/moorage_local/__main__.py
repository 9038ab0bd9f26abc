"""`python -m moorage_local` is the `moorage` command."""

from moorage_local.cli import main

main()
