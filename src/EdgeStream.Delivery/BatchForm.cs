namespace EdgeStream.Delivery;

/// <summary>How a batch is written: what must be the same when it is sent again.</summary>
/// <param name="Format">How its records stand in the object.</param>
/// <param name="Delimiter">What follows each of them.</param>
/// <param name="Compression">How the object is compressed.</param>
/// <param name="Layout">Its columns; null for formats without.</param>
internal sealed record BatchForm(
    RecordFormat Format, string Delimiter, CompressionKind Compression, ColumnLayout? Layout)
{
    /// <summary>Whether its records say that they have waited through an outage.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>That of a delivery by now.</summary>
    public static BatchForm Of(DeliveryDefinition definition) => new(
        definition.Format, definition.Delimiter, definition.Compression, ColumnLayout.Of(definition));

    /// <summary>That of a batch that may have been accepted.</summary>
    public static BatchForm Of(PendingExtent pending) => new(
        pending.Format, pending.Delimiter, pending.Compression, ColumnLayout.Read(pending.Layout))
    {
        IsHistorical = pending.IsHistorical,
    };
}
