using System.Runtime.CompilerServices;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>A key's earlier values, an eighth of the rate's time apart, and its alert.</summary>
internal struct RateOfChangeState : IEpisodeState<RateOfChangeState>
{
    /// <summary>How many earlier values are kept.</summary>
    public const int AnchorCount = 9;

    public AlertEpisode Episode;
    public int NormalRun;

    /// <summary>The rate that raised the alert, and the microseconds it was taken over.</summary>
    public double Rate;
    public long Span;

    /// <summary>The event time and the key's clock of the last value that counted.</summary>
    public long LastEventTime;
    public long LastKeyTime;

    private int _count;
    private int _oldest;
    private Anchors _anchors;

    public static int SizeBytes => AlertEpisode.SizeBytes + (3 * sizeof(int)) + (4 * sizeof(long))
        + (AnchorCount * 2 * sizeof(long));

    public readonly int Anchored => _count;

    public static ref AlertEpisode EpisodeOf(ref RateOfChangeState state) => ref state.Episode;

    public readonly (long Time, double Value) OldestAnchor => _anchors[_oldest];

    public readonly (long Time, double Value) NewestAnchor => _anchors[(_oldest + _count - 1) % AnchorCount];

    /// <summary>When the one after the oldest was; only where there are two.</summary>
    public readonly long SecondTime => _anchors[(_oldest + 1) % AnchorCount].Time;

    public void Add(long time, double value)
    {
        if (_count == AnchorCount)
        {
            DropOldest();
        }

        _anchors[(_oldest + _count++) % AnchorCount] = (time, value);
    }

    public void DropOldest()
    {
        _oldest = (_oldest + 1) % AnchorCount;
        _count--;
    }

    public void Clear() => (_count, _oldest) = (0, 0);

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        var writer = new SavedFieldWriter(destination[AlertEpisode.SizeBytes..]);
        writer.Add(NormalRun);
        writer.Add(_count);
        writer.Add(_oldest);
        writer.Add(Rate);
        writer.Add(Span);
        writer.Add(LastEventTime);
        writer.Add(LastKeyTime);
        for (var index = 0; index < AnchorCount; index++)
        {
            writer.Add(_anchors[index].Time);
            writer.Add(_anchors[index].Value);
        }
    }

    public static RateOfChangeState Read(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source[AlertEpisode.SizeBytes..]);
        var state = new RateOfChangeState
        {
            Episode = AlertEpisode.Read(source),
            NormalRun = reader.Int(),
            _count = Math.Clamp(reader.Int(), 0, AnchorCount),
            _oldest = Math.Clamp(reader.Int(), 0, AnchorCount - 1),
            Rate = reader.Double(),
            Span = reader.Long(),
            LastEventTime = reader.Long(),
            LastKeyTime = reader.Long(),
        };
        for (var index = 0; index < AnchorCount; index++)
        {
            state._anchors[index] = (reader.Long(), reader.Double());
        }

        return state;
    }

    [InlineArray(AnchorCount)]
    private struct Anchors
    {
        private (long Time, double Value) _first;
    }
}
