"""How and when something is given: routes, frequencies, days, cycles, durations, anchors.

text -> one scan -> anchor, cycle, days, duration, frequency, route -> mentions (overlaps settled) -> timing -> schedule
"""
