"""Check certificates from a program, and act on the class of the verdict."""

import sys

from verify import Malformed, Rejected, Undecided, Verified, check

unproved = 0
for name in sys.argv[1:]:
    match check(name):
        case Verified(statement=statement, trust=trust):
            print(f"{name}: {statement.sentence()} (in the tier {trust})")
        case Rejected(reason=reason):
            print(f"{name}: this file proves nothing: {reason}")
            unproved += 1
        case Undecided(reason=reason) | Malformed(reason=reason):
            print(f"{name}: no verdict on the statement: {reason}")
            unproved += 1
sys.exit(unproved)
