"""What the `moorage` command imports before it knows which command it is. Every command waits for that."""

from tests.support.new_process import imported_by

LARGE = {"boto3", "botocore", "aiohttp", "httpx", "pydantic", "pynamodb", "cryptography", "jinja2"}


def test_the_command_line_imports_no_large_package():
    assert not LARGE & imported_by("import moorage_cli.main")


def test_the_engines_start_before_anything_large_is_imported():
    starts = "import moorage_cli.serve_command, moorage_local.serve"
    assert not LARGE & imported_by(starts)
    meanwhile = imported_by(f"{starts}; moorage_local.serve._import_server()")
    assert {"aiohttp", "pynamodb"} <= meanwhile
    assert "moorage.usecases.images.push.put_image" in meanwhile, "the first requests import nothing of the package"
