"""`python -m verify` is the command `verify`."""

import sys

from verify.command_line import main

sys.exit(main())
