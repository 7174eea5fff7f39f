"""For data that outgrow the page: compiled kernels, streaming, dask.distributed. Optional: requirements-scale.txt."""
