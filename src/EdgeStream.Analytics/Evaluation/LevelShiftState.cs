using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>A key's present and usual level, its usual spread, and its alert.</summary>
internal struct LevelShiftState : IEpisodeState<LevelShiftState>
{
    public AlertEpisode Episode;
    public long Count;
    public double Present;
    public double Usual;
    public double Spread;

    /// <summary>The usual level, and how many spreads the present one was from it, when the alert fired.</summary>
    public double FiredFrom;
    public double FiredSpreads;

    public static int SizeBytes => AlertEpisode.SizeBytes + (6 * sizeof(long));

    public static ref AlertEpisode EpisodeOf(ref LevelShiftState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        var writer = new SavedFieldWriter(destination[AlertEpisode.SizeBytes..]);
        writer.Add(Count);
        writer.Add(Present);
        writer.Add(Usual);
        writer.Add(Spread);
        writer.Add(FiredFrom);
        writer.Add(FiredSpreads);
    }

    public static LevelShiftState Read(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source[AlertEpisode.SizeBytes..]);
        return new LevelShiftState
        {
            Episode = AlertEpisode.Read(source),
            Count = reader.Long(),
            Present = reader.Double(),
            Usual = reader.Double(),
            Spread = reader.Double(),
            FiredFrom = reader.Double(),
            FiredSpreads = reader.Double(),
        };
    }
}
