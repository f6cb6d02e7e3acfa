"""The search for covers: vectorised floating point, of which nothing is believed."""
