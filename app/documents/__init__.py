"""What is handed over: export tables, the PDF report, the single file, lists by district."""
