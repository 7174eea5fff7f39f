"""Files that leave the atlas: one writer a format, each from an export table to bytes."""
