"""Tests mirror verify/; tests/corpus/ holds certificates that are picked up by folder."""
