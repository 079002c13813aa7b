using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Delivery;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Parquet;

/// <summary>The Parquet writer beside DuckDB's, with the same rows.</summary>
internal sealed class ParquetArea : IBenchmarkArea
{
    private const int RowCount = 1_000_000;
    private const int QuickRowCount = 200_000;
    private const int Rounds = 5;
    private const int QuickRounds = 1;

    /// <summary>Rounds before it counts: what runs natively compiles nothing at run time.</summary>
    private const int WarmUps = 4;

    private const double SpeedFactor = 0.5;
    private const double SizeFactor = 1.1;

    /// <inheritdoc/>
    public string Name => "parquet";

    /// <inheritdoc/>
    public string Subject => "writing Parquet files: speed and size beside DuckDB's COPY TO with one thread";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var results = new List<ResultRow>();
        using var folder = new TemporaryFolder("parquet");
        var rows = new SensorRows(options.IsQuick ? QuickRowCount : RowCount, options.Seed);
        var text = folder.Combine("rows.csv");
        rows.WriteText(text);
        var rounds = options.Rounds ?? (options.IsQuick ? QuickRounds : Rounds);
        foreach (var compression in (CompressionKind[])[CompressionKind.Snappy, CompressionKind.Zstandard])
        {
            var codec = CompressionForm.WordOf(compression);
            for (var i = 0; i < WarmUps; i++)
            {
                rows.Write(folder.Combine("own.parquet"), compression);
            }

            foreach (var version in (string[])["V1", "V2"])
            {
                var own = new List<ParquetFigures>();
                var peer = new List<ParquetFigures>();
                for (var round = 0; round < rounds; round++)
                {
                    own.Add(rows.Write(folder.Combine("own.parquet"), compression));
                    Console.WriteLine($"{codec}: {own[^1].RowsPerSecond:N0} rows/s");
                    peer.Add(await DuckDbCopy.RunAsync(
                        text, folder.Combine("peer.parquet"), codec, version, rows.Count));
                }

                AddRows(results, codec, $"DuckDB, Parquet {version}", own, peer);
            }
        }

        return results;
    }

    private static void AddRows(
        List<ResultRow> results, string codec, string name, List<ParquetFigures> own, List<ParquetFigures> peer)
    {
        static double Median(List<ParquetFigures> figures, Func<ParquetFigures, double> part) =>
            Statistic.Median([.. figures.Select(part)]);
        results.Add(ResultRow.AtLeast(
            $"{codec}: rows", Median(own, f => f.RowsPerSecond), "rows/s", name, Median(peer, f => f.RowsPerSecond),
            SpeedFactor));
        results.Add(ResultRow.AtLeast(
            $"{codec}: rows a second of the processor", Median(own, f => f.RowsPerProcessorSecond), "rows/s", name,
            Median(peer, f => f.RowsPerProcessorSecond), SpeedFactor));
        results.Add(ResultRow.AtMostTimes(
            $"{codec}: file", Median(own, f => f.SizeBytes), "bytes", name, Median(peer, f => f.SizeBytes),
            SizeFactor));
    }
}
