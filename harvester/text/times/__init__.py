"""Times in criteria: ages, durations, and windows before or after an event."""
