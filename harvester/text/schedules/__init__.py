"""How and when something is given: routes, frequencies, days, cycles, durations, anchors."""
