"""The directory: countries, institutions, people, projects and their search."""
