"""`python -m moorage_cli` is the `moorage` command."""

from moorage_cli.main import main

main()
