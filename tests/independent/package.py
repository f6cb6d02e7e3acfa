"""The files of the second checker, and its modules."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from verify import independent

FOLDER = Path(independent.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
MODULES = {
    str(source.relative_to(FOLDER).with_suffix("")): import_module(
        ".".join(("verify.independent", *source.relative_to(FOLDER).with_suffix("").parts)).removesuffix(".__init__")
    )
    for source in SOURCES
}
"""By the name that the guide has for them, such as `symmetric/loss`."""
