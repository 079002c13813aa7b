namespace EdgeStream.Delivery;

/// <summary>Publishes each record as a message, and waits for JetStream's acknowledgement.</summary>
/// <remarks>
/// <para><c>Nats-Msg-Id</c> is the record's id: within its duplicate window (two minutes by default) a stream takes a
/// message once, whatever is sent again.</para>
/// <para>One request at a time, whatever the shards, over one connection. What has waited through an outage has a
/// connection of its own, so that what comes now never waits for it.</para>
/// </remarks>
internal sealed class NatsTarget(
    NatsDestinationOptions options, string delivery, WireMeter wire, TimeProvider time) : IRequestTarget
{
    private const long RequestBytesMax = 4 << 20;

    private readonly NatsChannel _channel = new(options, delivery, wire, time);
    private readonly NatsChannel _historyChannel = new(options, delivery, wire, time);

    /// <inheritdoc/>
    public RequestLimits Limits { get; } = new(options.SendMaximum, RequestBytesMax, options.IsKeyOrdered);

    /// <summary>What of a record is its message.</summary>
    public static ReadOnlyMemory<byte> PayloadOf(NatsDestinationOptions options, DeliveredRecord record) =>
        options.IsLinePayload ? record.Line : record.Data;

    /// <inheritdoc/>
    public long SizeOf(DeliveredRecord record) => PayloadOf(options, record).Length;

    /// <inheritdoc/>
    public ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken) =>
        (request.Records[0].IsHistorical ? _historyChannel : _channel).SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _historyChannel.Dispose();
    }
}
