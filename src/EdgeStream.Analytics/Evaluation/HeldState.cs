using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A key whose rule's condition holds, for less than the rule's time.</summary>
/// <remarks>Layout, frozen, little-endian: first sequence i64, key's clock at the first record i64, held
/// microseconds i64, side i8.</remarks>
internal struct HeldState : IKeyState<HeldState>
{
    public long FirstSequence;
    public long SinceKeyTime;
    public long Held;

    /// <summary>On which side of what is usual the key is: another side is another condition. 0 where that does not
    /// matter.</summary>
    public sbyte Side;

    /// <summary>The monotonic clock when the key was last seen; not saved.</summary>
    public long SeenAt;

    private const int FirstSequenceOffset = 0;
    private const int SinceOffset = 8;
    private const int HeldOffset = 16;
    private const int SideOffset = 24;

    public static int SizeBytes => 25;

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination[FirstSequenceOffset..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[SinceOffset..], SinceKeyTime);
        BinaryPrimitives.WriteInt64LittleEndian(destination[HeldOffset..], Held);
        destination[SideOffset] = (byte)Side;
    }

    public static HeldState Read(ReadOnlySpan<byte> source) => new()
    {
        FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..]),
        SinceKeyTime = BinaryPrimitives.ReadInt64LittleEndian(source[SinceOffset..]),
        Held = BinaryPrimitives.ReadInt64LittleEndian(source[HeldOffset..]),
        Side = (sbyte)source[SideOffset],
    };
}
