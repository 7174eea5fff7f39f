"""geo/: pure functions on frames and arrays. It knows nothing of layers, pages or files of ours."""
