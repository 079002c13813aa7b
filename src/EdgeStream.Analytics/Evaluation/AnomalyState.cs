using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A key's window and its alert, if one stands.</summary>
internal struct AnomalyState : IKeyState<AnomalyState>
{
    public bool IsFiring;
    public int NormalRun;
    public long FirstSequence;
    public long FiredAt;
    public double Value;
    public double Threshold;
    public RollingMoments Moments;

    private const int FlagsOffset = 0;
    private const int NormalRunOffset = 1;
    private const int FirstSequenceOffset = 5;
    private const int FiredAtOffset = 13;
    private const int ValueOffset = 21;
    private const int ThresholdOffset = 29;
    private const int MomentsOffset = 37;

    public static int SizeBytes => MomentsOffset + RollingMoments.SizeBytes;

    public readonly void Write(Span<byte> destination)
    {
        destination[FlagsOffset] = (byte)(IsFiring ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(destination[NormalRunOffset..], NormalRun);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FirstSequenceOffset..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FiredAtOffset..], FiredAt);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ValueOffset..], Value);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ThresholdOffset..], Threshold);
        Moments.Write(destination[MomentsOffset..]);
    }

    public static AnomalyState Read(ReadOnlySpan<byte> source) => new()
    {
        IsFiring = (source[FlagsOffset] & 1) != 0,
        NormalRun = BinaryPrimitives.ReadInt32LittleEndian(source[NormalRunOffset..]),
        FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..]),
        FiredAt = BinaryPrimitives.ReadInt64LittleEndian(source[FiredAtOffset..]),
        Value = BinaryPrimitives.ReadDoubleLittleEndian(source[ValueOffset..]),
        Threshold = BinaryPrimitives.ReadDoubleLittleEndian(source[ThresholdOffset..]),
        Moments = RollingMoments.Read(source[MomentsOffset..]),
    };
}
