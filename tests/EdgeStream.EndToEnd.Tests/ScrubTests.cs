using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A running gateway finds what has rotted on its disk, and says so wherever somebody may look.</summary>
public sealed class ScrubTests
{
    private const string Stream = "rotting";
    private const int RecordCount = 2_000;
    private const int SegmentsMin = 6;

    /// <summary>A segment a second, so that the last ones are checked some seconds after the start.</summary>
    private const string SlowRate = "64KiB";

    [Fact]
    public async Task A_byte_that_flips_under_a_running_gateway_shows_in_the_api_the_metrics_the_health_and_the_log()
    {
        await using var world = await GatewayWorld.StartAsync("scrub", Config("0"));
        await FillAsync(world);
        Assert.Equal(0, await world.Gateway.TerminateAsync());
        world.WriteConfig(Config(SlowRate));
        await world.StartAgainAsync();

        var rotten = FlipByteInLastSealedSegment(world);

        JsonElement scrub = default;
        await Poll.UntilAsync(
            async () =>
            {
                var stream = (await world.Api.FindAsync("/api/streams", "streams", "name", Stream))!.Value;
                scrub = stream.GetProperty("scrub");
                return scrub.GetProperty("rot").GetArrayLength() > 0;
            },
            TimeSpan.FromSeconds(90),
            () => scrub.ToString());
        var rot = Assert.Single(scrub.GetProperty("rot").EnumerateArray()).GetString()!;
        Assert.StartsWith(rotten, rot, StringComparison.Ordinal);
        Assert.Contains("may be hit", rot, StringComparison.Ordinal);

        using var metrics = new StreamReader(await world.Api.GetStreamAsync("/metrics"));
        Assert.Contains(
            $"edgestream_stream_rotten_segments{{stream=\"{Stream}\"}} 1\n", await metrics.ReadToEndAsync());
        using var health = await world.Api.GetAsync("/health");
        Assert.Contains("damaged", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Poll.UntilAsync(() => world.Gateway.Output.Contains($"damaged old records of stream '{Stream}'"));

        // It goes on: what is whole is read, what is appended is taken.
        await world.Api.PublishAsync(Stream, "pump", """{"n":-1}""");
        Assert.Equal(RecordCount, (await world.Api.ReadAllAsync(Stream)).Count);
    }

    private static string Config(string rate) => $"""
        {QuietConfig.Text}
        storage:
          scrubRate: {rate}
        streams:
          - name: {Stream}
            segmentSize: 64KiB
        """;

    private static async Task FillAsync(GatewayWorld world)
    {
        for (var first = 0; first < RecordCount; first += 500)
        {
            var records = string.Join(',', Enumerable.Range(first, 500).Select(
                number => $$$"""{"key":"pump","data":{"n":{{{number}}},"text":"{{{new string('x', 200)}}}"}}"""));
            await world.Api.PostAsync($"/api/streams/{Stream}/records", $$"""{"records":[{{records}}]}""");
        }
    }

    /// <summary>In a record's value, in place; returns the file.</summary>
    private static string FlipByteInLastSealedSegment(GatewayWorld world)
    {
        var folder = Path.Combine(world.DataFolder, "streams", Stream);
        var segments = Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.True(segments.Length > SegmentsMin, $"only {segments.Length} segments");
        using var file = new FileStream(segments[^2], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var at = bytes.AsSpan().LastIndexOf("xxxxxxxx"u8);
        file.Position = at;
        file.WriteByte((byte)(bytes[at] ^ 1));
        return segments[^2];
    }
}
