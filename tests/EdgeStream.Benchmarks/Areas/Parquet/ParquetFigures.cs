namespace EdgeStream.Benchmarks.Areas.Parquet;

/// <summary>What writing the rows once took.</summary>
/// <param name="RowsPerSecond">Rows a second by the wall clock.</param>
/// <param name="RowsPerProcessorSecond">Rows a second of processor time.</param>
/// <param name="SizeBytes">The file.</param>
internal readonly record struct ParquetFigures(
    double RowsPerSecond, double RowsPerProcessorSecond, double SizeBytes);
