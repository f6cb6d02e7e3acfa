"""One module per activation: its name is the activation's, its `derive()` the derivation."""
