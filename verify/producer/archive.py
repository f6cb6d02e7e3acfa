"""The certificates of a release as one file, the same bytes wherever and whenever it is made.

`python -m verify.producer.archive -o landscape-verify-certificates-0.2.0.zip`, in a checkout of the repository. The
archive holds one folder: certificates, manifests, data files and pages as they stand in `certificates/`, and
SHA256SUMS, which `sha256sum -c` reads. To check it, unpack it and run `verify check` on the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from verify import __version__
from verify.checker.public import ExitCode
from verify.independent.build import archive

NAME = f"landscape-verify-certificates-{__version__}"
SUMS = "SHA256SUMS"


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder, but hidden ones, and their sums, by name in the archive. Raises OSError."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return {f"{NAME}/{name}": content for name, content in {**files, SUMS: sums.encode()}.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the archive and print its SHA-256; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m verify.producer.archive", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path(f"{NAME}.zip"), help="default: %(default)s")
    parser.add_argument(
        "--certificates", type=Path, default=Path("certificates"), metavar="FOLDER", help="default: %(default)s"
    )
    options = parser.parse_args(arguments)
    if not options.certificates.is_dir():
        parser.error(f"there is no folder {options.certificates}: run this in a checkout, or say --certificates")
    try:
        content = archive(contents(options.certificates))
        options.output.write_bytes(content)
    except OSError as error:
        print(f"cannot read or write: {error}", file=sys.stderr)
        return ExitCode.INFRASTRUCTURE
    print(f"{hashlib.sha256(content).hexdigest()}  {options.output}")
    return ExitCode.PROVED


if __name__ == "__main__":
    sys.exit(main())
