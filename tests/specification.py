"""The specification of the format: docs/CERTIFICATE.md, and a page for each kind."""

from __future__ import annotations

from verify.producer.documents import SPECIFICATION

CERTIFICATE = "\n".join(path.read_text(encoding="utf-8") for path in SPECIFICATION)
"""All of it."""
