"""The directory as lists: CSV and XLSX that an import reads again without a change."""

from directory.exporting.tables import LANGUAGES, LevelOf, Listing, Scope, focal_points, projects_of

__all__ = ["LANGUAGES", "LevelOf", "Listing", "Scope", "focal_points", "projects_of"]
