"""Forms: what was asked of whom, how answers are read, and how a form is asked step by step.

``amounts`` reads what people write (as ``directory.dates`` does), ``values`` an answer by its field's kind,
``rows`` keeps open forms, ``cards`` shows them as cards, ``desk`` is what the dispatcher asks.
"""
