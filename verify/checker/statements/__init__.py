"""What certificates state, as types: one module per kind of landscape or statement."""
