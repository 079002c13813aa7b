using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>The alert of one key: whether it stands, and what raised it.</summary>
/// <remarks>Layout, frozen, little-endian: firing u8, first sequence i64, fired at i64, value f64, bound f64.</remarks>
internal struct AlertEpisode
{
    public const int SizeBytes = 33;

    public bool IsFiring;
    public long FirstSequence;
    public long FiredAt;
    public double Value;
    public double Threshold;

    private const int FlagsOffset = 0;
    private const int FirstSequenceOffset = 1;
    private const int FiredAtOffset = 9;
    private const int ValueOffset = 17;
    private const int ThresholdOffset = 25;

    public readonly void Write(Span<byte> destination)
    {
        destination[FlagsOffset] = (byte)(IsFiring ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FirstSequenceOffset..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FiredAtOffset..], FiredAt);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ValueOffset..], Value);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ThresholdOffset..], Threshold);
    }

    public static AlertEpisode Read(ReadOnlySpan<byte> source) => new()
    {
        IsFiring = (source[FlagsOffset] & 1) != 0,
        FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..]),
        FiredAt = BinaryPrimitives.ReadInt64LittleEndian(source[FiredAtOffset..]),
        Value = BinaryPrimitives.ReadDoubleLittleEndian(source[ValueOffset..]),
        Threshold = BinaryPrimitives.ReadDoubleLittleEndian(source[ThresholdOffset..]),
    };
}
