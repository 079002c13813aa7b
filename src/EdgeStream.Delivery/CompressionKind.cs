namespace EdgeStream.Delivery;

/// <summary>How an object's bytes are compressed. The numbers are in the ledger: they may only grow.</summary>
public enum CompressionKind
{
    /// <summary>Plain JSON Lines, object names end with <c>.jsonl</c>.</summary>
    None = 0,

    /// <summary>One gzip member, object names end with <c>.jsonl.gz</c>.</summary>
    Gzip = 1,
}
