"""Fuzzing: valid inputs are mutated along their structure, and each run is checked for what must hold.

    make fuzz                     every target for a minute
    make fuzz SECONDS=600 TARGETS='description overlay'

A target makes one input from ``Choices``, then runs and checks it. The choices come from Atheris (guided by
coverage), from Hypothesis (which shrinks failures), or from a seeded generator (the part in ``make test``).
"""
