"""The directory as lists: CSV and XLSX that an import reads again without a change."""
