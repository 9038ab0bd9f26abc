"""What pyproject.toml can't say: the wheel also contains the Lambda functions and the engines' pinned requirements.

`moorage serve` runs the functions as they are deployed. In a checkout they are where they are (installation.py).
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
INCLUDED = ("functions/*/app.py", "requirements/engines.txt")


class BuildWithFunctions(build_py):
    """Copies them to `moorage_local/installed/`, unless the installation is an editable one."""

    def run(self) -> None:
        """Build as usual, then copy."""
        super().run()
        if not self.editable_mode:
            for source in (path for pattern in INCLUDED for path in sorted(ROOT.glob(pattern))):
                target = Path(self.build_lib, "moorage_local", "installed", source.relative_to(ROOT))
                target.parent.mkdir(parents=True, exist_ok=True)
                self.copy_file(str(source), str(target))


setup(cmdclass={"build_py": BuildWithFunctions})
