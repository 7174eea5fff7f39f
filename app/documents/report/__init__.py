"""The report: a view or a district as a PDF, with map, tables and numbered sources."""
