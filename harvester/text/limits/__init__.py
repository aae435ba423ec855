"""Limits in criteria: numbers, grades, classes and stages with their comparators, units and the concept they are about."""
