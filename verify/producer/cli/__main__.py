"""`python -m verify.producer.cli`, the command `verify`."""

from verify.producer.cli import main

main()
