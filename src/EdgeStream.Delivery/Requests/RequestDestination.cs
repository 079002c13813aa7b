namespace EdgeStream.Delivery;

/// <summary>A destination that takes the records of an object by requests of several.</summary>
/// <remarks>
/// <para>An object is accepted when each of its records was taken or put aside. What was is not sent again: while the
/// gateway runs never, after a crash as far as <see cref="RecordProgress"/> had it durable. Requests of a shard go out
/// one after another, so that a record goes out when those before it are settled; within a request the server's own
/// order counts, or <see cref="RequestLimits.IsOnePerKey"/>.</para>
/// <para>A request that is refused as a whole, where one record may be why, is halved until that one is alone.</para>
/// </remarks>
internal sealed class RequestDestination(IRequestTarget target, string delivery) : IDestination
{
    private readonly RefusalLimit _refusals = new();
    private readonly SpareRecords _spares = new();

    /// <inheritdoc/>
    public long RemovedObjects => 0;

    /// <inheritdoc/>
    public bool KeepsOnTheWay => target.KeepsOnTheWay;

    /// <inheritdoc/>
    public bool KnowsObjects => false;

    /// <inheritdoc/>
    public ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
    {
        var file = item.Name.AsSpan(item.Name.LastIndexOf('/') + 1);
        var series = ObjectName.TryParse(delivery, file, out var found, out _) ? $"{delivery}-{found}" : delivery;
        return new RequestAttempt(target, _refusals, _spares, item, series).RunAsync(cancellationToken);
    }

    /// <summary>A server does not tell what it was sent: an object that was not accepted here is sent again.</summary>
    public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SendResult.Absent);

    /// <inheritdoc/>
    public void Dispose() => target.Dispose();
}
