"""SymPy derivations: from an activation to its dual kernel, its derivatives, gradient and Hessian, in checked steps.

Nothing here is trusted: the checker has closed forms of its own, and the tests tie the two together. Importing this
package does not import SymPy.
"""

from verify.producer.symbolic.activations import ACTIVATIONS, UnknownActivation, derive

__all__ = ["ACTIVATIONS", "UnknownActivation", "derive"]
