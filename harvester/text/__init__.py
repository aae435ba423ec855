"""Reading language: pure functions that keep their offsets, with what they know in ``definitions``.

written, expressions -> criteria -> limits, times, findings -> joining -> facts    what eligibility text asks for, and of whom
written, expressions -> schedules -> doses                                         what is given, how much, how and when
"""
