using System.Globalization;
using System.Net;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Producers that know nothing of what was kept and send all again after each kill.</summary>
public sealed class RepeatAfterKillTests(ITestOutputHelper output)
{
    private const int KillCount = 3;
    private const int ProducerCount = 3;
    private const int BatchSize = 20;
    private const int AcknowledgedPerLife = 300;
    // Together less than a producer's window: all of it can be told apart when it is sent again.
    private const int SentPerLifeMax = 300;
    private const string Config = $"""
        {QuietConfig.Text}
        streams:
          - name: readings
            shards: 2
            deduplication: true
        """;

    [Fact]
    public async Task Every_record_is_there_once_though_all_are_sent_again()
    {
        var seed = TestSeed.Take(1).First();
        output.WriteLine($"EDGESTREAM_TEST_SEED={seed}");
        var random = new Random(seed);
        await using var world = await GatewayWorld.StartAsync("repeat-kill", Config);
        var sent = new int[ProducerCount];
        for (var kill = 0; kill < KillCount; kill++)
        {
            var acknowledged = 0;
            var api = world.Api;
            var sentMax = (kill + 1) * SentPerLifeMax;
            var running = Task.WhenAll(Enumerable.Range(0, ProducerCount).Select(producer => Task.Run(async () =>
            {
                while (sent[producer] < sentMax && await TryPostAsync(api, producer, sent[producer], BatchSize))
                {
                    Interlocked.Add(ref acknowledged, BatchSize);
                    sent[producer] += BatchSize;
                }

                // Sent, and nobody knows whether it was kept.
                sent[producer] += BatchSize;
            })));
            var target = AcknowledgedPerLife + random.Next(AcknowledgedPerLife);
            await Poll.UntilAsync(() => Volatile.Read(ref acknowledged) >= target);
            world.Gateway.Kill9();
            await running;
            await world.StartAgainAsync();
            await SendAllAgainAsync(world.Api, sent);
        }

        var found = (await world.Api.ReadAllAsync("readings"))
            .Select(static record => record.Data.GetProperty("value").GetInt32())
            .Order();
        Assert.Equal(
            Enumerable.Range(0, ProducerCount).SelectMany(
                producer => Enumerable.Range(0, sent[producer]).Select(number => Value(producer, number))).Order(),
            found);
        var status = await world.Api.FindAsync("/api/streams", "streams", "name", "readings");
        Assert.True(status?.GetProperty("duplicateRecords").GetInt64() > AcknowledgedPerLife);
    }

    private static async Task SendAllAgainAsync(GatewayApi api, int[] sent)
    {
        for (var producer = 0; producer < sent.Length; producer++)
        {
            for (var from = 0; from < sent[producer]; from += BatchSize)
            {
                Assert.True(await TryPostAsync(api, producer, from, BatchSize));
            }
        }
    }

    private static async Task<bool> TryPostAsync(GatewayApi api, int producer, int from, int count)
    {
        var records = Enumerable.Range(from, count).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"key":"key {{number % 7}}","data":{{Value(producer, number)}},
            "producer":"producer {{producer}}","producerSequence":{{number}}}
            """));
        try
        {
            var (status, body) = await api.PostAsync(
                "/api/streams/readings/records", $$"""{"records":[{{string.Join(',', records)}}]}""");
            return status == HttpStatusCode.OK
                ? true : throw new InvalidOperationException($"{status}: {body.GetRawText()}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException)
        {
            return false;
        }
    }

    private static int Value(int producer, int number) => (producer * 1_000_000) + number;
}
