using System.Globalization;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Delivery.Tests;

/// <summary>Readers of other makers find in Parquet files what was written, value by value.</summary>
public class ParquetReaderTests(ITestOutputHelper output)
{
    private static readonly CompressionKind[] Compressions =
        [CompressionKind.None, CompressionKind.Snappy, CompressionKind.Gzip, CompressionKind.Zstandard];

    [Fact]
    public async Task Hyparquet_and_DuckDB_read_what_was_written()
    {
        var random = TestSeed.Create(output.WriteLine);
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 24; i++)
        {
            // The first has no rows, the last several pages in each column.
            var rows = i == 0 ? 0 : i == 23 ? 45_000 : random.Next(1, 2_000);
            var sample = new ParquetSample(random, rows, random.Next(1, 12));
            Save(folder, i, sample, sample.Write(
                Compressions[i % Compressions.Length], i % 3 == 0 ? 4_000 : ParquetWriter.GroupSizeBytes));
        }

        var compared = await NodePackages.RunAsync("compare.mjs", folder.Combine("."));
        Assert.True(compared.ExitCode == 0, compared.ToString());
        Assert.Contains("24 files", compared.Output, StringComparison.Ordinal);
        foreach (var encoding in (string[])["PLAIN", "RLE_DICTIONARY", "DELTA_BINARY_PACKED"])
        {
            Assert.Contains(encoding, compared.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        var random = TestSeed.Create(output.WriteLine);
        foreach (var compression in Compressions)
        {
            var sample = new ParquetSample(random, 500, 8);
            Assert.Equal(sample.Write(compression, 4_000), sample.Write(compression, 4_000));
        }
    }

    private static void Save(TemporaryFolder folder, int number, ParquetSample sample, byte[] file)
    {
        var name = number.ToString("D2", CultureInfo.InvariantCulture);
        File.WriteAllBytes(folder.Combine($"{name}.parquet"), file);
        File.WriteAllText(folder.Combine($"{name}.json"), sample.Expectation());
    }
}
