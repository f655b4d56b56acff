"""One search over every noun and every language.

``put`` and ``remove`` keep the index; ``find`` asks it. The way of a question: it is folded
(``folding``), its words are corrected against the vocabulary (``vocabulary``), the database's word index
brings names (``candidates``), RapidFuzz ranks them (``ranking``).
"""

from directory.search.finding import find
from directory.search.folding import fold
from directory.search.records import Entry, Hit, Kind, Name
from directory.search.writing import put, remove, remove_many

__all__ = ["Entry", "Hit", "Kind", "Name", "find", "fold", "put", "remove", "remove_many"]
