"""Numeric pre-search: candidate critical points of a landscape, for the prover to turn into proofs.

Nothing found here is believed, and nothing that is not found here is thereby excluded.
"""

from verify.producer.search.presearch import search
from verify.producer.search.result import Candidate, SearchResult

__all__ = ["Candidate", "SearchResult", "search"]
