"""Semidefinite programs: rigorous bounds from approximate solutions. Nothing here is trusted."""
