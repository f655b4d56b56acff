"""Forms: what was asked of whom, how answers are read, and how a form is asked step by step.

``dates`` and ``amounts`` read what people write, ``values`` reads an answer by its field's kind, ``rows``
keeps open forms, ``cards`` shows them as cards, ``desk`` is what the dispatcher asks.
"""
