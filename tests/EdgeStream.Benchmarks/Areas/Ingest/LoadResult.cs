namespace EdgeStream.Benchmarks.Areas.Ingest;

/// <summary>What one run of the load generator saw.</summary>
/// <param name="Rate">Acknowledged messages per second.</param>
/// <param name="P50Ms">The median from a message's send to its PUBACK.</param>
/// <param name="P99Ms">The 99th percentile of the same.</param>
internal sealed record LoadResult(double Rate, double P50Ms, double P99Ms);
