namespace EdgeStream.Delivery;

/// <summary>What the footer says of one column in one row group.</summary>
/// <param name="ValueCount">Rows, those without a value included.</param>
/// <param name="Encoding">How its values stand.</param>
/// <param name="DictionaryOffset">Where the page with distinct values begins; null where there is none.</param>
/// <param name="DataOffset">Where the first page of values begins.</param>
/// <param name="SizeBytes">All pages with their headers.</param>
/// <param name="UncompressedBytes">The same without compression.</param>
/// <param name="Statistics">Its bounds.</param>
internal sealed record ColumnChunk(
    long ValueCount, int Encoding, long? DictionaryOffset, long DataOffset, long SizeBytes, long UncompressedBytes,
    ChunkStatistics Statistics);
