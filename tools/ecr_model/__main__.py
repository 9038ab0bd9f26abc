"""Write the modules of `moorage/wire/ecr/model/` and the README's table of operations."""

from pathlib import Path

from tools.ecr_model import shapes, table

ROOT = Path(__file__).parents[2]

shapes.write(ROOT / "layers" / "moorage" / "moorage" / "wire" / "ecr" / "model")
table.write(ROOT / "README.md")
