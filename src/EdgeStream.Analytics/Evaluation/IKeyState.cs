namespace EdgeStream.Analytics;

/// <summary>What is remembered about one key, with its frozen byte layout.</summary>
internal interface IKeyState<TSelf>
    where TSelf : struct, IKeyState<TSelf>
{
    /// <summary>Length of the layout in bytes.</summary>
    static abstract int SizeBytes { get; }

    /// <summary>Writes the layout, little-endian.</summary>
    void Write(Span<byte> destination);

    /// <summary>Reads the layout.</summary>
    static abstract TSelf Read(ReadOnlySpan<byte> source);
}
