"""Data from others, which the project does not commit: tests that need it are skipped where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("VERIFY_SHARED_DATA", ROOT.parent / "shared" / "data"))
"""The folder: named by the environment, or the sibling `../shared/data` of the checkout."""


def needs(name: str) -> pytest.MarkDecorator:
    """Skip unless this file or folder is there."""
    return pytest.mark.skipif(not (SHARED / name).exists(), reason=f"{name} is not in {SHARED}")
