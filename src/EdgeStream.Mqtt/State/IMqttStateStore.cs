namespace EdgeStream.Mqtt;

/// <summary>Where the host keeps the broker's sessions and retained messages across restarts: a small durable
/// map.</summary>
/// <remarks>The broker makes one call at a time. What the values hold is the broker's business; each begins with its
/// version.</remarks>
public interface IMqttStateStore
{
    /// <summary>All entries. Asked once, before the broker serves.</summary>
    /// <returns>The entries in any order.</returns>
    IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> List();

    /// <summary>Makes all changes durable, atomically and in their order.</summary>
    /// <param name="changes">Valid until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when the changes are durable; its failure makes the broker try again.</returns>
    ValueTask CommitAsync(IReadOnlyList<MqttStateChange> changes, CancellationToken cancellationToken);
}
