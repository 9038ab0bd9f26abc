"""The options of `moorage load` and `moorage save`; archive_command.py runs them."""

from pathlib import Path
from typing import Annotated

import typer

from moorage_cli.transfers.upload_commands import ENDPOINT, Endpoint


def load(
    source: Annotated[
        Path, typer.Argument(exists=True, help="Archive of `docker save`, or an OCI layout (tar file or directory).")
    ],
    repository: Annotated[str, typer.Option(help="Repository that gets the images.")],
    endpoint: Endpoint = ENDPOINT,
    tag: Annotated[str | None, typer.Option(help="Tag for the image; the archive must contain only one.")] = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="OS/ARCH", help="Load only this platform of an image index, such as linux/arm64."),
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Number of parts to send at the same time.")] = 4,
    create: Annotated[bool, typer.Option("--create", help="Create the repository if there is none.")] = False,
) -> None:
    """Push the images of an archive to a repository, and print the digest and the tags of each.

    Layers that the repository has are not sent again. Images without a tag are pushed under their digest.
    """
    from moorage_client.images.load import LoadOptions

    from moorage_cli.transfers import archive_command

    options = LoadOptions(
        source=source,
        repository=repository,
        endpoint=endpoint,
        tag=tag,
        platform=platform,
        parallel=parallel,
        create=create,
    )
    raise typer.Exit(archive_command.run_load(options))


def save(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE...", help="NAME:TAG or NAME@DIGEST of each image.")],
    output: Annotated[Path, typer.Option("--output", "-o", dir_okay=False, help="Tar file to write.")],
    endpoint: Endpoint = ENDPOINT,
) -> None:
    """Download images into one tar file, and print the digest of each.

    The file is an OCI layout. For `docker load` it also has a `manifest.json`, if an image in it can run in Docker.

    An index is saved with all of its platforms.
    """
    from moorage_cli.transfers import archive_command

    raise typer.Exit(archive_command.run_save(images, output, endpoint))
