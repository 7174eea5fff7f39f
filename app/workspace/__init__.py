"""What users bring: layers of a session, project files, and the reference lists of a deployment."""
