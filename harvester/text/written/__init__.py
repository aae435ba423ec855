"""What stands written: text made regular, its tokens, numbers, units and sentences, with the way back to every raw character.

raw text -> normal (criteria), flow (doses) -> token, number, unit, sentence
"""
