"""`python -m verify.cli`, the command `verify`."""

from verify.cli import main

main()
