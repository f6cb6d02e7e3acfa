"""What notebooks show of an object: a heading and named texts, all escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape


def card(heading: str, members: Mapping[str, object]) -> str:
    """HTML of a heading and a list of names and what they are."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in members.items())
    return f"<strong>{escape(heading)}</strong><dl>{rows}</dl>"
