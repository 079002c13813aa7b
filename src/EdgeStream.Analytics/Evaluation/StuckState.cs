using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>The run of a key's value, and its alert.</summary>
internal struct StuckState : IEpisodeState<StuckState>
{
    public AlertEpisode Episode;

    /// <summary>The first value of the run, how many there are, and the key's clock at the first and the
    /// last.</summary>
    public double First;
    public long Run;
    public long Since;
    public long Until;

    /// <summary>The run and its microseconds when the alert fired.</summary>
    public long FiredRun;
    public long FiredSpan;

    public static int SizeBytes => AlertEpisode.SizeBytes + (6 * sizeof(long));

    public static ref AlertEpisode EpisodeOf(ref StuckState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        var writer = new SavedFieldWriter(destination[AlertEpisode.SizeBytes..]);
        writer.Add(First);
        writer.Add(Run);
        writer.Add(Since);
        writer.Add(Until);
        writer.Add(FiredRun);
        writer.Add(FiredSpan);
    }

    public static StuckState Read(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source[AlertEpisode.SizeBytes..]);
        return new StuckState
        {
            Episode = AlertEpisode.Read(source),
            First = reader.Double(),
            Run = reader.Long(),
            Since = reader.Long(),
            Until = reader.Long(),
            FiredRun = reader.Long(),
            FiredSpan = reader.Long(),
        };
    }
}
