namespace EdgeStream.Delivery.Tests;

/// <summary>What tests of live-first deliveries share: a stage, an outage, and what came out.</summary>
public static class LiveStage
{
    public const string Ledger = "deliveries/backup/shardId-000000000000";

    public static Task<DeliveryStage> OpenAsync(
        Func<DeliveryDefinition, DeliveryDefinition>? change = null, int shards = 1, long? retentionBytes = null) =>
        DeliveryStage.OpenAsync(
            definition =>
            {
                definition = definition with
                {
                    LiveFirst = true, Compression = CompressionKind.None, BufferSeconds = 1, BufferBytes = 100 << 10,
                };
                return change is null ? definition : change(definition);
            },
            shards, retentionBytes);

    /// <summary>Delivers a record, then lets the destination go away with a batch in flight that is too large for a
    /// probe, and waits until it was left.</summary>
    /// <returns>Records that are there by then.</returns>
    public static async Task<int> GoAwayAsync(DeliveryStage stage, int waiting = 120)
    {
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 1);
        stage.Destination.Answer = static _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(waiting, padding: 500);
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        await stage.AppendManyAsync(1);
        await stage.AdvanceUntilAsync(() => stage.Status.HistoryRecords > 0);
        await stage.AdvanceUntilAsync(() => stage.Status is { State: DeliveryState.BackingOff, BatchRecords: < 100 });
        return waiting + 2;
    }

    /// <summary>The destination is back; waits until all is delivered.</summary>
    public static async Task ReturnAsync(DeliveryStage stage)
    {
        stage.Destination.Answer = static _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>The lines of every object, in the order in which objects were accepted.</summary>
    public static IReadOnlyList<DeliveredLine> LinesInOrder(DeliveryStage stage) =>
    [
        .. stage.Destination.Accepted.SelectMany(
            name => DeliveredLine.ReadAll(stage.Destination.Objects[name], isGzip: false)),
    ];

    public static bool IsHistorical(DeliveredLine line) =>
        line.Json.TryGetProperty("historical", out var historical) && historical.GetBoolean();

    /// <summary>The keys of the shard's segments but the first.</summary>
    public static IReadOnlyList<string> Segments(DeliveryStage stage) =>
        [.. stage.Store.State.List(Ledger + "/segments/").Select(item => item.Key[(Ledger.Length + 10)..])];

    public static void AssertAddsUp(DeliveryStage stage)
    {
        foreach (var audit in DeliveryAuditor.Audit(stage.Store, stage.Time))
        {
            Assert.True(audit.AddsUp, $"{audit.Problem} {string.Join('\n', audit.Hours)}");
        }

        var status = stage.Status;
        Assert.Equal(stage.Stream.Statistics.AppendedRecords, status.AppendedRecords);
        Assert.Equal(
            status.AppendedRecords,
            status.DeliveredRecords + status.EvictedRecords + status.RejectedRecords.Total + status.FilteredRecords
                + status.BacklogRecords);
    }

    public static void AssertEachOnce(IEnumerable<DeliveredLine> lines, int records) =>
        Assert.Equal(
            Enumerable.Range(1, records).Select(i => (long)i), lines.Select(line => line.Sequence).Order());
}
