namespace EdgeStream.Delivery;

/// <summary>Tells a record's own fault from a destination that takes nothing: only where it takes others is a refused
/// record rejected.</summary>
/// <remarks>
/// <para>A wrong right, limit or rule at the destination refuses every record in words that sound like each one's own
/// fault; nothing may be put aside then. So a refusal counts as the record's own only if something else was taken since
/// the connection was made, and not of more than 16 places, or records, in a row. Where the reason is the place that
/// the record goes to (a topic, a subject), something must have been taken at another one, and at this one nothing
/// before.
/// </para>
/// <para>Thread-safe. Memory: the names of the newest 1,024 places where something was taken.</para>
/// </remarks>
public sealed class RefusalJudge
{
    /// <summary>So many are refused in a row before the destination is no longer believed: 16.</summary>
    public const int RefusalsInARowMax = 16;

    /// <summary>A larger record may be too large for a destination that takes nothing else: 64 KiB.</summary>
    public const int LargeBytesMin = 64 << 10;

    private const int PlacesMax = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _taking = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _refusing = new(StringComparer.Ordinal);
    private bool _isTaking;
    private int _refusedInARow;

    /// <summary>Begins anew: what a new connection takes is not known.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _isTaking = false;
            _taking.Clear();
            _order.Clear();
            _refusing.Clear();
            _refusedInARow = 0;
        }
    }

    /// <summary>The destination has taken a record.</summary>
    /// <param name="place">Where it goes to.</param>
    public void Take(string place = "")
    {
        lock (_gate)
        {
            _isTaking = true;
            _refusedInARow = 0;
            _refusing.Clear();
            if (_taking.Add(place))
            {
                _order.Enqueue(place);
                if (_order.Count > PlacesMax)
                {
                    _taking.Remove(_order.Dequeue());
                }
            }
        }
    }

    /// <summary>Whether all of so many refused records can be rejected, which are counted then; if not none
    /// is.</summary>
    public bool MayRejectAll(int count)
    {
        lock (_gate)
        {
            if (!_isTaking || count > RefusalsInARowMax - _refusedInARow)
            {
                return false;
            }

            _refusedInARow += count;
            return true;
        }
    }

    /// <summary>Whether a refused record can be rejected, which is counted then; if not it holds its shard up, or those
    /// of the same place.</summary>
    /// <param name="place">Where it goes to, if that is what is refused; else null.</param>
    public bool MayReject(string? place = null)
    {
        lock (_gate)
        {
            if (!_isTaking || (place is not null && _taking.Contains(place)))
            {
                return false;
            }

            if (place is not null && _refusing.Contains(place))
            {
                return true;
            }

            if (_refusedInARow == RefusalsInARowMax)
            {
                return false;
            }

            _refusedInARow++;
            if (place is not null)
            {
                _refusing.Add(place);
            }

            return true;
        }
    }
}
