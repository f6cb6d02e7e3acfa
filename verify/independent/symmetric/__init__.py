"""Symmetric students: their loss, its derivatives, the components of the Hessian."""
