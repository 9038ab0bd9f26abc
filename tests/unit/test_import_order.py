"""Every module of the package can be the first that a process imports: there is no cycle that needs a certain order."""

from tests.support.new_process import imported_by

EACH_FIRST = """
import importlib, pkgutil
import boto3, pynamodb.models, aws_lambda_powertools
import moorage
for module in pkgutil.walk_packages(moorage.__path__, "moorage."):
    for former in [name for name in sys.modules if name.startswith("moorage.")]:
        del sys.modules[former]
    importlib.import_module(module.name)
"""


def test_every_module_can_be_imported_first():
    assert "boto3" in imported_by(EACH_FIRST)
