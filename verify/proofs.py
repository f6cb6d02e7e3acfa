"""The proofs that come with this distribution, as `verify.proofs.NAME`.

They stand in the folder `proofs` of the repository, where people read them. They are imported under this name, from
where they lie, so that no folder called `proofs` of the user's, nor another package's, comes in between, in this
process or in one that a pickle goes to. A module with a `__path__` is a package.
"""

from pathlib import Path

_IN_WHEEL = Path(__file__).with_name("bundled_proofs")
_IN_REPOSITORY = Path(__file__).parents[1] / "proofs"

__path__ = [str(_IN_WHEEL if _IN_WHEEL.is_dir() else _IN_REPOSITORY)]

NAMES = (
    "arjevani-field",
    "auer-1995",
    "bartlett-2018",
    "descent-from-initialisation",
    "digits-network",
    "ding-2019",
    "du-2019",
    "du-lee-2018",
    "hardt-ma-2016",
    "kawaguchi-2016",
    "large-minima",
    "nearly-all-teachers",
    "nguyen-hein-2017",
    "nguyen-hein-2018",
    "other-activations",
    "safran-shamir-2018",
    "safran-yehudai-shamir-2021",
    "spurious-minima-for-every-k",
    "swirszcz-2016",
    "symmetric-minima",
    "tian-2017",
    "trained-networks",
    "two-neurons",
    "wu-luo-lee-2018",
    "xor-plateau",
    "yun-2019",
)
"""What `verify prove` is given; the module's name has `_` for `-`, and its `PROOF` is the proof."""
