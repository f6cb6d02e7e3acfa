"""The rules of the standard (OASIS SARIF 2.1.0) that concern what is printed here, as a JSON Schema of our own.

Nothing is admitted that is not named: another member must first be looked up in the standard.
"""

from __future__ import annotations

from typing import Any


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """An object with these members and no others."""
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


def unique(items: Any) -> dict[str, Any]:
    """A list without repetitions."""
    return {"type": "array", "uniqueItems": True, "items": items}


STRING = {"type": "string", "minLength": 1}
BAG = {"type": "object"}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = closed(("text",), text=STRING)
RELATIVE_OR_ABSOLUTE = {"type": "string", "pattern": r"^[!#-;=?-\[\]_a-z~%]+$"}  # what RFC 3986 admits
ARTIFACT = closed(uri=RELATIVE_OR_ABSOLUTE, uriBaseId=STRING)
RULE = closed(
    ("id",),
    id=STRING,
    name=STRING,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=closed(("text",), text=STRING, markdown=STRING),
    helpUri={"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:"},  # absolute
    defaultConfiguration=closed(level=LEVEL),
)
DRIVER = closed(
    ("name",), name=STRING, semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"}, rules=unique(RULE)
)
INVOCATION = closed(
    ("executionSuccessful",),
    commandLine=STRING,
    exitCode={"type": "integer"},
    exitCodeDescription=STRING,
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": closed(("message",), level=LEVEL, message=MESSAGE)},
)
PHYSICAL = closed(artifactLocation=ARTIFACT, region=closed(startLine={"type": "integer", "minimum": 1}))
LOGICAL = closed(name=STRING, kind=STRING)
RESULT = closed(
    ("message",),
    ruleId=STRING,
    ruleIndex={"type": "integer", "minimum": 0},
    kind={"const": "fail"},  # with another kind the level must be none
    level={"enum": ["warning", "error"]},
    message=MESSAGE,
    locations={"type": "array", "items": closed(physicalLocation=PHYSICAL, logicalLocations=unique(LOGICAL))},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties=BAG,
)
RUN = closed(
    ("tool",),
    tool=closed(("driver",), driver=DRIVER),
    invocations={"type": "array", "items": INVOCATION},
    artifacts=unique(closed(location=ARTIFACT, properties=BAG)),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
RUNS = {"type": "array", "items": RUN}
SARIF = closed(("version", "runs"), **{"$schema": STRING, "version": {"const": "2.1.0"}, "runs": RUNS})
