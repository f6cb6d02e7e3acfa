"""The modules of the corpus that have a table of forgeries (`INVALID`) and one of malformed fields (`MALFORMED`)."""

from importlib import import_module

NAMES = (
    "forge_sdp",
    "make_all_widths",
    "make_descent",
    "make_exchange",
    "make_gram",
    "make_linear",
    "make_linear_targets",
    "make_losses",
    "make_map",
    "make_matrix_products",
    "make_near_infimum",
    "make_nearby",
    "make_nearby_descent",
    "make_residual_features",
    "make_residual_linear",
    "make_risk_run",
    "make_second_reader",
    "make_small",
    "make_small_risk",
    "make_split",
    "make_spurious",
    "make_strict",
    "make_symmetric",
    "make_wide",
    "make_wide_bad_input",
)
"""A new kind adds its module here."""
MODULES = tuple(import_module(f"tests.corpus.{name}") for name in NAMES)
