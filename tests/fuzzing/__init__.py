"""Hostile inputs without end: structure-aware mutations of right ones, and what must hold for each of them.

    make fuzz                     every target for a minute
    make fuzz SECONDS=600 TARGETS='description overlay'

A target takes ``Choices`` and makes of them one input, which it runs and checks. The choices come from
Atheris (guided by coverage), from Hypothesis (shrinks what fails) or from a seeded generator (the part in
``make test``).
"""
