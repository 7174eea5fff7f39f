"""The atlas as one file: opened from a disk, with no server and no network."""
