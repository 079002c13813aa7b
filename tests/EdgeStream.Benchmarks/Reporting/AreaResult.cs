namespace EdgeStream.Benchmarks.Reporting;

/// <summary>What one run of an area found.</summary>
/// <param name="Area">The area's name.</param>
/// <param name="Machine">Where it ran.</param>
/// <param name="Rows">The figures.</param>
internal sealed record AreaResult(string Area, string Machine, IReadOnlyList<ResultRow> Rows);
