namespace EdgeStream.Delivery;

/// <summary>Tells records that a server refuses from a server that refuses everything.</summary>
/// <remarks>
/// A server that is set up wrongly, or the proxy before it, may refuse every record in the words it has for a wrong
/// one. So a refused record is put aside only when the server takes others: one in the same attempt, or a few records
/// (<see cref="RefusedMax"/>) after the last that it took. Thread-safe.
/// </remarks>
internal sealed class RefusalLimit
{
    /// <summary>Records that are put aside one after another while none is taken between them.</summary>
    public const int RefusedMax = 16;

    private readonly Lock _gate = new();
    private int _left;
    private int _recordsMax = int.MaxValue;

    /// <summary>Records in a request, as the server has turned larger ones away.</summary>
    public int RecordsMax
    {
        get
        {
            lock (_gate)
            {
                return _recordsMax;
            }
        }
    }

    /// <summary>A request of so many records was taken.</summary>
    public void Taken(int records)
    {
        lock (_gate)
        {
            _left = RefusedMax;
            if (records >= _recordsMax)
            {
                _recordsMax = _recordsMax < int.MaxValue / 2 ? _recordsMax * 2 : int.MaxValue;
            }
        }
    }

    /// <summary>A request of so many records was too large.</summary>
    public void TooLarge(int records)
    {
        lock (_gate)
        {
            _recordsMax = Math.Max(1, records / 2);
        }
    }

    /// <summary>Whether so many more records may be put aside although none was taken beside them.</summary>
    public bool TryPutAside(int records)
    {
        lock (_gate)
        {
            if (records > _left)
            {
                return false;
            }

            _left -= records;
            return true;
        }
    }
}
