"""What a criterion asks for or forbids without a number.

line -> presence, treatment (what is named) -> narrowing (which part of it)
     -> claim, illness, let_in (what it says of who may join)
     -> fact_finding
"""
