namespace EdgeStream.Devices;

/// <summary>
/// The memory that one message is decoded in when its bytes cannot be used as they came; one per thread.
/// </summary>
/// <remarks>Valid until the same thread decodes its next message.</remarks>
internal sealed class IngestScratch
{
    private const int KeptSizeBytesMax = 1 << 20;

    [ThreadStatic]
    private static IngestScratch? _ofThread;

    private byte[] _data = new byte[1024];
    private byte[] _key = new byte[256];

    /// <summary>The calling thread's own.</summary>
    internal static IngestScratch OfThread => _ofThread ??= new IngestScratch();

    /// <summary>The readings of a message.</summary>
    internal ReadingBatch Readings { get; } = new();

    /// <summary>Where a key is put together of several parts.</summary>
    internal GrowingBytes Text { get; } = new(128 << 10);

    /// <summary>Where a device's name is put together.</summary>
    internal GrowingBytes Device { get; } = new(128 << 10);

    /// <summary>Room for the record's data.</summary>
    internal Span<byte> Data(int sizeBytes) => Room(ref _data, sizeBytes);

    /// <summary>Room for the partition key.</summary>
    internal Span<byte> Key(int sizeBytes) => Room(ref _key, sizeBytes);

    private static Span<byte> Room(ref byte[] buffer, int sizeBytes)
    {
        if (sizeBytes > KeptSizeBytesMax)
        {
            // Too large to be kept for every thread.
            return new byte[sizeBytes];
        }

        if (buffer.Length < sizeBytes)
        {
            buffer = new byte[Math.Max(sizeBytes, Math.Min(buffer.Length * 2, KeptSizeBytesMax))];
        }

        return buffer.AsSpan(0, sizeBytes);
    }
}
