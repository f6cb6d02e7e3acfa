"""This package as one file, the same bytes wherever and whenever it is made: python -m verify.independent.build."""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

PACKAGE = "independent"
START = f"import sys\n\nfrom {PACKAGE}.command_line import main\n\nsys.exit(main())\n"
LEFT_OUT = frozenset({"build.py", "__main__.py"})
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP file can name
READABLE = 0o100644 << 16  # a regular file, as Unix writes it into a ZIP file
UNIX = 3


def sources(folder: Path) -> dict[str, bytes]:
    """The files of the archive by name: those of the package, and what `python check.pyz` runs."""
    found = {"__main__.py": START.encode("ascii")}
    for path in folder.rglob("*.py"):
        name = path.relative_to(folder).as_posix()
        if name not in LEFT_OUT:
            found[f"{PACKAGE}/{name}"] = path.read_text(encoding="utf-8").encode("utf-8")  # lines end with \n
    return found


def archive(files: dict[str, bytes]) -> bytes:
    """A ZIP file: sorted, not compressed (zlib's versions differ), without times, owners or rights."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as target:
        for name in sorted(files):
            entry = ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = UNIX, READABLE
            target.writestr(entry, files[name])
    return content.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the archive and print its SHA-256; the exit code."""
    parser = argparse.ArgumentParser(description="Make the second checker one file: python check.pyz CERTIFICATE...")
    parser.add_argument("-o", "--output", default="check.pyz", metavar="FILE", help="default: check.pyz")
    output = parser.parse_args(arguments).output
    content = archive(sources(Path(__file__).parent))
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        print(f"cannot write {output}: {error.strerror}", file=sys.stderr)
        return 74
    print(f"{hashlib.sha256(content).hexdigest()}  {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
