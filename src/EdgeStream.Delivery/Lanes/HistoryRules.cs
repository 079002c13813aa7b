namespace EdgeStream.Delivery;

/// <summary>The history of a shard goes out as it was stored, marked, while the live lane gets through.</summary>
internal sealed class HistoryRules(
    DeliveryDefinition definition, ShardLedger ledger, LaneGate gate, PipelineSignals signals) : LaneRules(definition)
{
    /// <inheritdoc/>
    public override bool IsHistorical => true;

    /// <inheritdoc/>
    public override bool MayAttemptNow => gate.IsOpen || signals.IsStopping;

    private bool HasHistory => ledger is { IsLoaded: true, Segments.Length: > 1 };

    /// <summary>Waits until there is history that may be sent; false where the pipeline stops first.</summary>
    public async Task<bool> WaitForHistoryAsync()
    {
        await WaitUntilAsync(() => HasHistory && gate.IsOpen, signals);
        return !signals.IsStopping;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> BeginAsync() => HasHistory && await MayAttemptAsync();

    /// <inheritdoc/>
    public override async ValueTask<bool> MayAttemptAsync()
    {
        await WaitUntilAsync(() => gate.IsOpen, signals);
        return gate.IsOpen || !signals.IsStopping;
    }
}
