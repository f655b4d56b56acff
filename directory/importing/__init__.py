"""Lists of focal points and of projects, brought into the directory.

The way of a file: bytes become a table (``table``, ``csv_files``, ``xlsx_files``), its headings a layout
(``headings``), its rows records (``reading``), the records a plan (``planning``): new, changed, unchanged,
doubtful, refused. A plan is carried out in one transaction and can be undone (``store``).
"""

from directory.importing.differences import Difference
from directory.importing.errors import Trouble, UnreadableError
from directory.importing.fields import FIELDS, ImportKind
from directory.importing.plan import Outcome, Plan, Result
from directory.importing.planning import Request, make
from directory.importing.reading import Defaults
from directory.importing.records import Doubt, Problem
from directory.importing.rows import ImportState
from directory.importing.states import Change, Noun
from directory.importing.store import ChangedSinceError, Import, NotPossibleError
from directory.importing.tracing import UNDO_IMPORT, Trace

__all__ = [
    "FIELDS",
    "UNDO_IMPORT",
    "Change",
    "ChangedSinceError",
    "Defaults",
    "Difference",
    "Doubt",
    "Import",
    "ImportKind",
    "ImportState",
    "NotPossibleError",
    "Noun",
    "Outcome",
    "Plan",
    "Problem",
    "Request",
    "Result",
    "Trace",
    "Trouble",
    "UnreadableError",
    "make",
]
