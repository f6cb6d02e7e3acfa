"""What the producer may use of the checker: to read and write certificates, to get verdicts, to tell what came out.

A list of names, imported here to be imported from here. Nothing here is needed to check a file. Beside it the producer
may import the statements (`verify.checker.statements`), the tables' types (`core.schema`, `core.table`), and, to find
what the checker will accept, the checker's own evaluators (`verify.checker.evaluators`).
"""

from verify.checker.core import exact, limits
from verify.checker.core.balls import Balls, ball, box, euclidean_norm, maximum, point, row_sum_norm
from verify.checker.core.codes import ExitCode, Reason, first_that_applies
from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues, shifted
from verify.checker.core.dual import Dual
from verify.checker.core.exact import Matrix, at_least, at_most, exactly, reach, shown, within, written
from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.limits import ARB_UNKNOWNS, MAX_DEGREE, MAX_JOBS, MAX_NUMBER_LENGTH
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.reader import Field, NotACertificate, digest, parse, read_bytes
from verify.checker.core.sdpa import Block, Entries, SemidefiniteProgram, read_sdpa
from verify.checker.core.statement import Statement
from verify.checker.core.subdivision import MAX_SIDES, Box, Subdivision, nodes, pack, subdivision
from verify.checker.core.symmetry import Orbit, Symmetry
from verify.checker.core.task import ends
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verdict, Verified, exit_code
from verify.checker.core.witness import Witness
from verify.checker.front import manifest, trust
from verify.checker.front.certificate import FORMAT, MANIFEST_FORMAT, Certificate
from verify.checker.front.ending import BROKEN_PIPE, give_up, terminated_as_interrupted, told
from verify.checker.front.output import INTERRUPTED, Line, internal_error, record
from verify.checker.front.parallel import processes, some_done
from verify.checker.front.session import Session, check_files, files_under, prove, read
from verify.checker.kinds import KINDS
from verify.checker.kinds.kind import Kind
