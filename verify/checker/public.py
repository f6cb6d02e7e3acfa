"""What the producer may use of the checker: to read and write certificates, to get verdicts, to tell what came out.

Nothing here is needed to check a file. What the producer still imports from elsewhere in the checker is listed, module
by module, in the contract of import-linter (pyproject.toml): that list is to become shorter.
"""

from verify.checker.core.codes import ExitCode, Reason, first_that_applies
from verify.checker.core.exact import Matrix, at_least, at_most, shown, written
from verify.checker.core.limits import ARB_UNKNOWNS, MAX_DEGREE, MAX_JOBS, MAX_NUMBER_LENGTH
from verify.checker.core.reader import Field, NotACertificate, digest, parse, read_bytes
from verify.checker.core.statement import Statement
from verify.checker.core.task import ends
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verdict, Verified, exit_code
from verify.checker.front.certificate import FORMAT, Certificate
from verify.checker.front.ending import terminated_as_interrupted
from verify.checker.front.output import INTERRUPTED, Line, internal_error, record
from verify.checker.front.session import Session, check_files, files_under, prove, read

__all__ = [
    "ARB_UNKNOWNS",
    "FORMAT",
    "INTERRUPTED",
    "MAX_DEGREE",
    "MAX_JOBS",
    "MAX_NUMBER_LENGTH",
    "Certificate",
    "ExitCode",
    "Field",
    "Line",
    "Malformed",
    "Matrix",
    "NotACertificate",
    "Reason",
    "Rejected",
    "Session",
    "Statement",
    "Undecided",
    "Verdict",
    "Verified",
    "at_least",
    "at_most",
    "check_files",
    "digest",
    "ends",
    "exit_code",
    "files_under",
    "first_that_applies",
    "internal_error",
    "parse",
    "prove",
    "read",
    "record",
    "read_bytes",
    "shown",
    "terminated_as_interrupted",
    "written",
]
