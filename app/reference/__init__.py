"""Lists that the deployer imports for everybody: read through the door, kept in a folder of their own, with papers."""
