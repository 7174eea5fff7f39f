"""What readers bring: foreign rows as layers of one session, kept beside the atlas and never among its own."""
