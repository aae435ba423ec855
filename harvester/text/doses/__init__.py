"""Doses: amounts that are given, whose, to whom, and laid out in days."""
