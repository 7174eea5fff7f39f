"""Files that leave the atlas: one module per format, each from a parcel to bytes. To disk they go by geo/io.py."""
