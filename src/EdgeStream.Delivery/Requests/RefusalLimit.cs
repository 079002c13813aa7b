namespace EdgeStream.Delivery;

/// <summary>What the shards of one delivery know of its server: whether it takes records, and how many in a
/// request.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RefusalLimit
{
    private readonly Lock _gate = new();
    private readonly RefusalJudge _judge = new();
    private readonly RecordLimit _limit = new();

    /// <summary>Records in a request, as the server has turned larger ones away.</summary>
    public long RecordsMax
    {
        get
        {
            lock (_gate)
            {
                return _limit.RecordsMax;
            }
        }
    }

    /// <summary>So many records of a request were taken.</summary>
    public void Take(int records)
    {
        lock (_gate)
        {
            _judge.Take();
            _limit.Take(records);
        }
    }

    /// <summary>A request of so many records was too large.</summary>
    public void TooLarge(int records)
    {
        lock (_gate)
        {
            if (records > 1)
            {
                _limit.Refuse(records);
            }
            else
            {
                _limit.Forget();
            }
        }
    }

    /// <summary>Whether so many refused records may be put aside although none of their object was taken.</summary>
    public bool MayRejectAll(int records) => _judge.MayRejectAll(records);
}
