using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A key's window and its alert, if one stands.</summary>
internal struct AnomalyState : IEpisodeState<AnomalyState>
{
    public AlertEpisode Episode;
    public int NormalRun;
    public RollingMoments Moments;

    private const int FlagsOffset = 0;
    private const int NormalRunOffset = 1;
    private const int FirstSequenceOffset = 5;
    private const int FiredAtOffset = 13;
    private const int ValueOffset = 21;
    private const int ThresholdOffset = 29;
    private const int MomentsOffset = 37;

    public static int SizeBytes => MomentsOffset + RollingMoments.SizeBytes;

    public static ref AlertEpisode EpisodeOf(ref AnomalyState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        destination[FlagsOffset] = (byte)(Episode.IsFiring ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(destination[NormalRunOffset..], NormalRun);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FirstSequenceOffset..], Episode.FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[FiredAtOffset..], Episode.FiredAt);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ValueOffset..], Episode.Value);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ThresholdOffset..], Episode.Threshold);
        Moments.Write(destination[MomentsOffset..]);
    }

    public static AnomalyState Read(ReadOnlySpan<byte> source) => new()
    {
        Episode = new AlertEpisode
        {
            IsFiring = (source[FlagsOffset] & 1) != 0,
            FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[FirstSequenceOffset..]),
            FiredAt = BinaryPrimitives.ReadInt64LittleEndian(source[FiredAtOffset..]),
            Value = BinaryPrimitives.ReadDoubleLittleEndian(source[ValueOffset..]),
            Threshold = BinaryPrimitives.ReadDoubleLittleEndian(source[ThresholdOffset..]),
        },
        NormalRun = BinaryPrimitives.ReadInt32LittleEndian(source[NormalRunOffset..]),
        Moments = RollingMoments.Read(source[MomentsOffset..]),
    };
}
