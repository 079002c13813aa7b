using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>The eighths of a key's window, and its alert.</summary>
internal struct DriftState : IEpisodeState<DriftState>
{
    public AlertEpisode Episode;

    /// <summary>How far the number had moved when the alert fired, and in spreads.</summary>
    public double FiredChange;
    public double FiredSpreads;
    public RollingMoments Moments;

    private const int ChangeOffset = AlertEpisode.SizeBytes;
    private const int SpreadsOffset = ChangeOffset + sizeof(double);
    private const int MomentsOffset = SpreadsOffset + sizeof(double);

    public static int SizeBytes => MomentsOffset + RollingMoments.SizeBytes;

    public static ref AlertEpisode EpisodeOf(ref DriftState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ChangeOffset..], FiredChange);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[SpreadsOffset..], FiredSpreads);
        Moments.Write(destination[MomentsOffset..]);
    }

    public static DriftState Read(ReadOnlySpan<byte> source) => new()
    {
        Episode = AlertEpisode.Read(source),
        FiredChange = BinaryPrimitives.ReadDoubleLittleEndian(source[ChangeOffset..]),
        FiredSpreads = BinaryPrimitives.ReadDoubleLittleEndian(source[SpreadsOffset..]),
        Moments = RollingMoments.Read(source[MomentsOffset..]),
    };
}
