using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>The chaos test of one kind of destination: records of several keys and shards go out while the link goes
/// wrong in every connection, the server is restarted and the gateway is killed; then the link heals.</summary>
/// <remarks>EDGESTREAM_CHAOS_SECONDS makes it a soak of so many seconds.</remarks>
internal static class DamagedLinkRun
{
    /// <summary>How many shards the stream has.</summary>
    public const int ShardCount = 3;

    /// <summary>How many records a batch has at most: 16 KiB of lines of 170 bytes at least.</summary>
    public const int BatchRecordsMax = (16 << 10) / 170;

    private const string SecondsVariable = "EDGESTREAM_CHAOS_SECONDS";
    private const int SecondsDefault = 10;

    /// <summary>A batch of 16 KiB a shard is next to nothing: this is what the collector leaves lying about.</summary>
    private const double GrowthMiBMax = 32;

    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(3);

    /// <summary>Runs it; a failure names the seed.</summary>
    /// <param name="purpose">What the data folder is called.</param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="start">Starts the server, with a link that goes wrong by a plan of this seed.</param>
    public static async Task RunAsync(
        string purpose, ITestOutputHelper output, Func<int, Task<IDamagedDestination>> start)
    {
        var seed = TestSeed.Take(1).First();
        output.WriteLine(TestSeed.Describe(seed, purpose));
        try
        {
            await RunAsync(purpose, seed, output, start);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(TestSeed.Describe(seed, $"{error}"), error);
        }
    }

    private static async Task RunAsync(
        string purpose, int seed, ITestOutputHelper output, Func<int, Task<IDamagedDestination>> start)
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), out var asked)
            ? asked : SecondsDefault;
        await using var destination = await start(seed);
        await using var world = await GatewayWorld.StartAsync(
            purpose, ConfigOf(destination.Config),
            wrapper: destination.Environment.Count > 0 ? ["/usr/bin/env", .. destination.Environment] : null);
        var memory = new GatewayMemory();
        var idleMiB = memory.Look(world.Gateway.Id);
        var hand = new DamageHand(world, destination, memory, new Random(seed));
        var appender = new NumberedAppender(world.Api.Address, destination.NeedsTimes);
        using var quiet = new CancellationTokenSource();
        var appending = Task.Run(() => appender.RunAsync(quiet.Token));
        await hand.RunAsync(TimeSpan.FromSeconds(seconds));
        await quiet.CancelAsync();
        await appending;

        // A life that begins now has no wait left from the bad times.
        destination.Link.Heal();
        await hand.KillAsync();
        var stored = await StoredAsync(world);
        await DrainAsync(world, destination, stored.Count, memory);
        var found = await destination.ReadAsync();
        var repeats = Check(found, stored, appender.Acknowledged);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{stored.Count} records, {repeats} repeats; {hand.Counts}; memory {idleMiB:0.0} MiB idle, "
            + $"{memory.MostMiB:0.0} MiB at most; struck: {destination.Link.Struck}"));
        Assert.InRange(repeats, 0, destination.RepeatsMax(hand.Counts));
        Assert.Equal(0, destination.Link.Betrayals);
        Assert.Empty(await world.Api.ReadAllAsync("delivery-errors"));
        await AssertAccountedAsync(world, stored.Count);
        Assert.InRange(memory.MostMiB, 0, idleMiB + GrowthMiBMax);
    }

    private static string ConfigOf(string destination) => $"""
        {QuietConfig.NoSensors}
        rules: []
        streams:
          - name: readings
            shards: {ShardCount}
            segmentSize: 1MiB
        deliveries:
          - name: up
            bufferTime: 0s
            bufferSize: 16KiB
        {string.Join('\n', destination.Split('\n').Select(line => "    " + line))}
        """;

    private static async Task<IReadOnlyList<Arrival>> StoredAsync(GatewayWorld world) =>
    [
        .. (await world.Api.ReadAllAsync("readings"))
            .Select(record => new Arrival(record.Key, record.Data.GetProperty("number").GetInt32())),
    ];

    private static async Task DrainAsync(
        GatewayWorld world, IDamagedDestination destination, int recordCount, GatewayMemory memory)
    {
        JsonElement status = default;
        await Poll.UntilAsync(
            async () =>
            {
                memory.Look(world.Gateway.Id);
                status = await DeliveredReadings.StatusAsync(world);
                return status.GetProperty("backlogRecords").GetInt64() == 0
                    && status.GetProperty("deliveredRecords").GetInt64() == recordCount;
            },
            DrainDeadline,
            () => $"{recordCount} records; {destination.Link.Struck}\n{status}\n{world.Gateway.Output}");
    }

    /// <summary>Fails unless each record of the stream is there, those of a key in their order; how many are there more
    /// than once.</summary>
    private static int Check(
        IReadOnlyList<Arrival> found, IReadOnlyList<Arrival> stored, IReadOnlyList<int> acknowledged)
    {
        var once = found.DistinctBy(arrival => arrival.Number).ToList();
        Assert.Empty(acknowledged.Except(once.Select(arrival => arrival.Number)));
        Assert.Equal(stored.Count, stored.DistinctBy(arrival => arrival.Number).Count());
        Assert.Equal(stored.Count, once.Count);
        var storedNumbers = NumbersByKey(stored);
        var foundNumbers = NumbersByKey(once);
        Assert.Equal(NumberedAppender.KeyCount, storedNumbers.Count);
        foreach (var (key, numbers) in storedNumbers)
        {
            Assert.Equal(numbers, foundNumbers[key]);
            Assert.Equal(numbers.Order(), numbers);
        }

        // A repeat has the id of what it repeats, and nothing else has.
        Assert.Equal(once.Count, found.Distinct().Count());
        if (found[0].Id is not null)
        {
            Assert.Equal(once.Count, found.DistinctBy(arrival => arrival.Id).Count());
        }

        return found.Count - once.Count;
    }

    private static Dictionary<string, int[]> NumbersByKey(IEnumerable<Arrival> arrivals) =>
        arrivals.GroupBy(arrival => arrival.Key).ToDictionary(
            group => group.Key, group => group.Select(arrival => arrival.Number).ToArray());

    /// <summary>The audit adds up, and has every record as delivered.</summary>
    private static async Task AssertAccountedAsync(GatewayWorld world, int recordCount)
    {
        var result = await Command.RunAsync(
            NativeBinary.Path, ["deliveries", "audit", "--url", $"{world.Api.Address}", "--json"]);
        Assert.True(result.ExitCode == 0, $"{result}");
        using var audit = JsonDocument.Parse(result.Output);
        var hours = audit.RootElement.GetProperty("shards").EnumerateArray()
            .SelectMany(shard => shard.GetProperty("hours").EnumerateArray()).ToList();
        Assert.Equal(recordCount, hours.Sum(hour => hour.GetProperty("appendedRecords").GetInt64()));
        Assert.Equal(recordCount, hours.Sum(hour => hour.GetProperty("deliveredRecords").GetInt64()));
    }
}
