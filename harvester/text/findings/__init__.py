"""What a criterion asks for or forbids without a number."""
