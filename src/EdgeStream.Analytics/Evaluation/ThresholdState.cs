using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A key whose value is out of bounds, pending or firing; a key within bounds has no state.</summary>
internal struct ThresholdState : IKeyState<ThresholdState>
{
    public bool IsFiring;
    public bool IsBelow;
    public long FirstSequence;
    public long SinceKeyTime;
    public long Held;
    public long FiredAt;
    public double Value;

    /// <summary>The monotonic clock when the key was last seen; not saved.</summary>
    public long SeenAt;

    private const int FlagsOffset = 0;
    private const int FirstSequenceOffset = 1;
    private const int SinceOffset = 9;
    private const int HeldOffset = 17;
    private const int FiredAtOffset = 25;
    private const int ValueOffset = 33;

    public static int SizeBytes => 41;

    public readonly void Write(Span<byte> destination)
    {
        destination[FlagsOffset] = (byte)((IsFiring ? 1 : 0) | (IsBelow ? 2 : 0));
        BinaryPrimitives.WriteInt64LittleEndian(destination[FirstSequenceOffset..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[SinceOffset..], SinceKeyTime);
        BinaryPrimitives.WriteInt64LittleEndian(destination[HeldOffset..], Held);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FiredAtOffset..], FiredAt);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ValueOffset..], Value);
    }

    public static ThresholdState Read(ReadOnlySpan<byte> source) => new()
    {
        IsFiring = (source[FlagsOffset] & 1) != 0,
        IsBelow = (source[FlagsOffset] & 2) != 0,
        FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..]),
        SinceKeyTime = BinaryPrimitives.ReadInt64LittleEndian(source[SinceOffset..]),
        Held = BinaryPrimitives.ReadInt64LittleEndian(source[HeldOffset..]),
        FiredAt = BinaryPrimitives.ReadInt64LittleEndian(source[FiredAtOffset..]),
        Value = BinaryPrimitives.ReadDoubleLittleEndian(source[ValueOffset..]),
    };
}
