using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>A detector with the values that it has seen since it was saved as a whole.</summary>
/// <remarks>
/// A detector's whole state is some ten thousand bytes, too much to be written to a flash card for every few values.
/// So its values are saved, 16 bytes each, in chunks of 32 that are written once; the whole state follows every 256
/// values, or when more than 64 came between two saves. A restored detector is given the values again, which leads to
/// the very same state: a detector depends on its values and their times only.
/// </remarks>
internal sealed class DetectorJournal(AnomalyDetector detector)
{
    /// <summary>How many values a chunk has.</summary>
    public const int ChunkValues = 32;

    /// <summary>How many chunks there are at most.</summary>
    public const int ChunksMax = ValuesMax / ChunkValues;

    /// <summary>What one value takes: its time, seconds i64, and itself, f64.</summary>
    public const int ValueBytes = 16;

    /// <summary>What the values take that wait to be saved.</summary>
    public const int WaitingBytesMax = WaitingMax * ValueBytes;

    private const int ValuesMax = 256;
    private const int WaitingMax = 64;

    private readonly (long Seconds, double Value)[] _waiting = new (long, double)[WaitingMax];

    public AnomalyDetector Detector { get; } = detector;

    /// <summary>How many values the saved whole state had seen; 0 where there is none.</summary>
    public long BaseCount { get; private set; }

    /// <summary>How many chunks are saved behind it.</summary>
    public int Chunks { get; private set; }

    /// <summary>Whether only the whole state will do.</summary>
    public bool NeedsBase { get; private set; }

    /// <summary>The values that stand in no chunk yet.</summary>
    public ReadOnlySpan<(long Seconds, double Value)> Waiting => _waiting.AsSpan(0, WaitingCount);

    public int WaitingCount { get; private set; }

    /// <summary>A detector as it was saved, before its chunks and waiting values.</summary>
    public static DetectorJournal Restored(AnomalyDetector detector, long baseCount, int chunks) =>
        new(detector) { BaseCount = baseCount, Chunks = chunks };

    /// <summary>Scores a value and keeps it for the next save.</summary>
    public double Score(long unixSeconds, double value)
    {
        var score = Detector.Score(unixSeconds, value);
        if (WaitingCount == WaitingMax || (Chunks * ChunkValues) + WaitingCount >= ValuesMax)
        {
            NeedsBase = true;
            WaitingCount = 0;
        }

        if (!NeedsBase)
        {
            _waiting[WaitingCount++] = (unixSeconds, value);
        }

        return score;
    }

    /// <summary>Gives back a saved value that stands in no chunk.</summary>
    public void Replay(long unixSeconds, double value)
    {
        Detector.Score(unixSeconds, value);
        _waiting[WaitingCount++] = (unixSeconds, value);
    }

    /// <summary>The whole state is saved now.</summary>
    public void CloseBase()
    {
        BaseCount = Detector.Count;
        Chunks = WaitingCount = 0;
        NeedsBase = false;
    }

    /// <summary>The first values that waited are saved as a chunk now.</summary>
    public void CloseChunk()
    {
        _waiting.AsSpan(ChunkValues, WaitingCount - ChunkValues).CopyTo(_waiting);
        WaitingCount -= ChunkValues;
        Chunks++;
    }
}
