"""A second checker, written from docs/CERTIFICATE.md alone, in the standard library: `check.py`, one file."""
