"""What is to be installed for what: the extras of the distribution, and what to say where one is missing."""

from __future__ import annotations

from importlib.util import find_spec

DISTRIBUTION = "landscape-verify"
PRODUCER = (
    "numpy",
    "scipy",
    "sympy",
    "cvxpy",
    "clarabel",
    "click",
    "rich",
    "jsonschema",
    "array_api_compat",
    "platformdirs",
)
"""The modules that the extra `prove` brings."""


def command(extra: str) -> str:
    """What installs an extra."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"


def require(package: str, extra: str, what: str) -> None:
    """Raise ImportError, naming the extra, where a package that `what` needs is not installed."""
    if find_spec(package) is None:
        raise ImportError(f"{what} need the package {package}: {command(extra)}")


def missing_of_producer() -> list[str]:
    """The modules of the extra `prove` that are not installed."""
    return [name for name in PRODUCER if find_spec(name) is None]


def needs_producer(what: str) -> str:
    """One line: what cannot be had without the producer, and how to get it."""
    return f"{what} needs the producer: {command('prove')}"


def without_producer(what: str, error: ModuleNotFoundError) -> ImportError:
    """What to raise where an import for `what` has failed: an error that names the extra, if that is why."""
    ours = (error.name or "").split(".")[0] == "verify"
    return error if ours else ImportError(f"{needs_producer(what)} ({error})")
