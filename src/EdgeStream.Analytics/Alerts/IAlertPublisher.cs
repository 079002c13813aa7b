namespace EdgeStream.Analytics;

/// <summary>Carries alerts to people: over MQTT, to browsers.</summary>
public interface IAlertPublisher
{
    /// <summary>Publishes a change of an alert that is durable in the alerts stream, or that the stream could not
    /// take.</summary>
    /// <remarks>
    /// Called by one shard's evaluation at a time but by several shards at once; evaluation waits, so it must be
    /// quick. After
    /// a crash the alerts of the last seconds may come again, with the same ids. An exception is logged and the
    /// alert is not
    /// published again.
    /// </remarks>
    /// <param name="alert">The alert.</param>
    /// <param name="data">The alert record's bytes: one JSON object in UTF-8.</param>
    /// <param name="cancellationToken">Cancelled when the engine stops.</param>
    ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
