using System.Buffers.Binary;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>A key's detector, what it said when it fired, and its alert.</summary>
internal struct DetectorState : IEpisodeState<DetectorState>
{
    public AlertEpisode Episode;
    public int NormalRun;
    public AnomalyExplanation Explanation;

    /// <summary>The detector and what is not saved of it; null until the key's first value.</summary>
    public DetectorJournal? Journal;

    private const int NormalRunOffset = AlertEpisode.SizeBytes;
    private const int ExplanationOffset = NormalRunOffset + sizeof(int);

    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int FixedBytes = ExplanationOffset + AnomalyExplanation.SizeBytes;

    /// <summary>What stands behind that in a head: the count of the base and the chunks.</summary>
    public const int PositionBytes = sizeof(long) + sizeof(int);

    /// <summary>With the most values that a save may find waiting.</summary>
    public static int SizeBytes => FixedBytes + PositionBytes + DetectorJournal.WaitingBytesMax;

    public static ref AlertEpisode EpisodeOf(ref DetectorState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        BinaryPrimitives.WriteInt32LittleEndian(destination[NormalRunOffset..], NormalRun);
        Explanation.Write(destination[ExplanationOffset..]);
    }

    public static DetectorState Read(ReadOnlySpan<byte> source) => new()
    {
        Episode = AlertEpisode.Read(source),
        NormalRun = BinaryPrimitives.ReadInt32LittleEndian(source[NormalRunOffset..]),
        Explanation = AnomalyExplanation.Read(source[ExplanationOffset..]),
    };
}
