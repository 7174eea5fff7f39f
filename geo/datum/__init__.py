"""Coordinate systems used in China: which one a file is in, and GCJ-02 and BD-09 both ways."""
