using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>The batch that may or may not have been accepted: what it was and under which name.</summary>
/// <param name="First">Its first record.</param>
/// <param name="Last">Its last record.</param>
/// <param name="RecordCount">How many records of that range it held; fewer than the range where some were
/// unreadable.</param>
/// <param name="Compression">How it was compressed, whatever the definition says by now.</param>
/// <param name="ObjectName">The object it was sent as.</param>
internal sealed record PendingExtent(
    SequenceNumber First, SequenceNumber Last, long RecordCount, CompressionKind Compression, string ObjectName)
{
    /// <summary>How its records stood in the object, whatever the definition says by now.</summary>
    public RecordFormat Format { get; init; }

    /// <summary>What followed each of them.</summary>
    public string Delimiter { get; init; } = "";

    /// <summary>The text of its columns, as <see cref="ColumnLayout"/> has it; empty in formats without.</summary>
    public string Layout { get; init; } = "";

    /// <summary>Whether its lines say that they have waited.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>Records of it that are settled already, at the destination or rejected, in order.</summary>
    public IReadOnlyList<SequenceRun> Accepted { get; init; } = [];

    /// <summary>Records of it that the destination refuses for good.</summary>
    public IReadOnlyList<Rejection> Rejections { get; init; } = [];
}
