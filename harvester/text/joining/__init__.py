"""From what a criterion says to who may join: polarity, conditions, exceptions, ways in, lists above."""
