using System.Globalization;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>One run of a query.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="Records">Records that were read.</param>
/// <param name="Rows">Rows that came out.</param>
/// <param name="Total">The sum of all their numbers and of the lengths of their texts.</param>
internal readonly record struct QueryFigures(double Seconds, long Records, long Rows, double Total)
{
    /// <summary>What adding up in another order changes.</summary>
    public const double Exact = 1e-9;

    /// <summary>The log's times of arrival are milliseconds off where the clock of the readings went on while they
    /// were stamped: a reading at the end of a window may be counted in the next one.</summary>
    public const double ByArrival = 1e-4;

    /// <summary>Records a second.</summary>
    public double Rate => Records / Seconds;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static QueryFigures Parse(string text)
    {
        double[] parts = [.. text.Trim().Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        return new QueryFigures(parts[0], (long)parts[1], (long)parts[2], parts[3]);
    }

    /// <summary>Whether two runs came to the same.</summary>
    public bool IsSameAs(QueryFigures other, double tolerance) =>
        Math.Abs(Rows - other.Rows) <= tolerance * Rows && Math.Abs(Total - other.Total) <= tolerance * Math.Abs(Total);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Seconds:R} {Records} {Rows} {Total:R}");
}
