"""How fast the program is, measured against what else one would run: a corpus to measure on, and `make bench`."""
