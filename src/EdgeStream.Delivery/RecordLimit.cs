namespace EdgeStream.Delivery;

/// <summary>How many records a batch may have for a destination that has refused one as too large.</summary>
/// <remarks>Halved with each refusal, but not below what was taken. While batches of the limit's size are taken it
/// grows: to twice as many where that is below what was refused, else by an eighth; after growth that was refused more
/// rarely each time, at last with every 64th batch. Not thread-safe.</remarks>
internal sealed class RecordLimit
{
    private const int GrowthPart = 8;
    private const int PatienceMax = 64;

    private long _refused = long.MaxValue;
    private long _taken;
    private int _patience = 1;
    private int _takenInARow;
    private bool _hasGrown;

    /// <summary>The limit; as large as can be while nothing was refused.</summary>
    public long RecordsMax { get; private set; } = long.MaxValue;

    /// <summary>A batch of so many records, two at least, was too large.</summary>
    public void Refuse(long records)
    {
        _refused = records;
        _taken = _taken < records ? _taken : 0;
        RecordsMax = Math.Max(_taken, records / 2);
        _takenInARow = 0;
        _patience = _hasGrown ? Math.Min(PatienceMax, 2 * _patience) : _patience;
        _hasGrown = false;
    }

    /// <summary>A batch of so many records was taken.</summary>
    public void Take(long records)
    {
        if (records < RecordsMax)
        {
            return;
        }

        _taken = records;
        _refused = records >= _refused ? long.MaxValue : _refused;
        if (++_takenInARow >= _patience)
        {
            _takenInARow = 0;
            _hasGrown = true;
            RecordsMax += RecordsMax < _refused / 2 ? RecordsMax : Math.Max(1, RecordsMax / GrowthPart);
        }
    }

    /// <summary>What was refused was one record's fault: others may come in as large batches as before.</summary>
    public void Forget()
    {
        _refused = long.MaxValue;
        _patience = 1;
    }
}
