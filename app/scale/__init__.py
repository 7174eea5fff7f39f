"""The jobs that outgrow one machine's memory: points in partitioned Parquet, read, answered and merged part by part."""
