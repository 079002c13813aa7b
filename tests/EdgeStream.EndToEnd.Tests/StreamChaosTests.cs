using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Producers that try again, random splits and merges, and kills of the published gateway: three consumers see
/// the same, and all that was acknowledged.</summary>
/// <remarks>EDGESTREAM_CHAOS_SECONDS makes it a longer soak.</remarks>
public sealed class StreamChaosTests
{
    private const string SecondsVariable = "EDGESTREAM_CHAOS_SECONDS";
    private const int SecondsDefault = 20;
    private const int ProducerCount = 3;
    private const int ConsumerCount = 3;

    [Fact]
    public async Task Every_consumer_sees_the_same_order_per_key_and_nothing_acknowledged_is_lost()
    {
        var seed = TestSeed.Take(1).First();
        try
        {
            await RunAsync(seed);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(TestSeed.Describe(seed, error.Message), error);
        }
    }

    private static async Task RunAsync(int seed)
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), out var asked)
            ? asked
            : SecondsDefault;
        var port = FreePort.Next();
        await using var world = await KinesisWorld.StartAsync(port);
        using var api = KinesisWorld.ApiOf(port);
        await api.CallAsync(
            "CreateStream", """{"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"} }""");
        using var quiet = new CancellationTokenSource();
        using var done = new CancellationTokenSource();
        var producers = Enumerable.Range(0, ProducerCount)
            .Select(number => new ChaosProducer(port, number)).ToList();
        var consumers = Enumerable.Range(0, ConsumerCount)
            .Select(_ => new ChaosConsumer(port)).ToList();
        var producing = producers.Select(producer => Task.Run(() => producer.RunAsync(quiet.Token))).ToList();
        var consuming = consumers.Select(consumer => Task.Run(() => consumer.RunAsync(done.Token))).ToList();
        var counts = await new ChaosHand(api, world, new Random(seed)).RunAsync(TimeSpan.FromSeconds(seconds));
        await quiet.CancelAsync();
        await Task.WhenAll(producing);
        await Poll.UntilAsync(
            () => consuming.TrueForAll(consumer => consumer.IsCompleted)
                || consumers.TrueForAll(consumer => producers.TrueForAll(producer => consumer.HasAll(producer))),
            TimeSpan.FromMinutes(1),
            () => $"{counts}\n{world.Gateway.Output}");
        await done.CancelAsync();
        await Task.WhenAll(consuming);
        Check(producers, consumers);
        Assert.True(counts is { Kills: > 0, Splits: > 0, Merges: > 0 }, $"{counts}");
    }

    private static void Check(List<ChaosProducer> producers, List<ChaosConsumer> consumers)
    {
        foreach (var producer in producers)
        {
            Assert.NotEmpty(producer.Acknowledged);
            foreach (var (key, acknowledged) in producer.Acknowledged)
            {
                var seen = consumers[0].Seen[key];
                foreach (var consumer in consumers)
                {
                    Assert.Equal(seen, consumer.Seen[key]);
                }

                // A try that was not answered may have been taken as well: then its record is there twice or more,
                // before the next one.
                Assert.Empty(acknowledged.Except(seen));
                Assert.Equal(seen.Order(), seen);
            }
        }
    }
}
