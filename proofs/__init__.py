"""One module per paper: what it claims, in our terms, and the script that proves it."""
