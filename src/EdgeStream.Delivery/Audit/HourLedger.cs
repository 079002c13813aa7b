using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>What became of one shard's records, by the hour of their arrival, and which did not arrive.</summary>
/// <remarks>
/// <para>An hour begins with the first record that the log's index by arrival time has for it, and ends where the next
/// begins: it is a range of sequence numbers. Where a clock was set back its records belong to the hour before. Hours
/// without records have no row.</para>
/// <para>336 hours (14 days) are kept, about 110 bytes each with their keys, under
/// <c>&lt;ledger entry&gt;/hours/</c>; what is older is one row. They change in one step with the entry.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class HourLedger(string ledgerKey, Shard shard)
{
    /// <summary>So many hours are kept.</summary>
    public const int HoursMax = 336;

    private const long MicrosecondsPerHour = 3_600_000_000;
    private const string HoursName = "/hours/";

    private readonly List<HourRow> _rows = [];
    private readonly List<string> _removed = [];
    private GapPages _gaps = new();

    /// <summary>Where hours begin at the earliest that were not begun before: what is counted already stays in the hour
    /// that has counted it, also where a clock is set back.</summary>
    private long _earliest;

    /// <summary>The rows, oldest first.</summary>
    public IReadOnlyList<HourRow> Rows => _rows;

    /// <summary>The gaps.</summary>
    public GapPages Gaps => _gaps;

    /// <summary>Whether the state has something else.</summary>
    private bool IsChanged
    {
        get
        {
            var isChanged = _removed.Count > 0 || _gaps.IsChanged;
            foreach (var row in _rows)
            {
                isChanged |= row.IsChanged;
            }

            return isChanged;
        }
    }

    /// <summary>The hour of a time.</summary>
    public static long HourOf(DateTimeOffset time) =>
        Math.Max(0, Timestamp.From(time).UnixMicroseconds / MicrosecondsPerHour);

    /// <summary>Reads what the state holds.</summary>
    /// <param name="state">What the state has below the ledger's entry.</param>
    /// <param name="segments">The entries of the shard's segments.</param>
    /// <returns>Whether it fits them; if not it has begun anew from there.</returns>
    public bool Load(
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state, params LedgerEntry[] segments)
    {
        var entry = LedgerSegments.Sum(segments);
        _rows.Clear();
        _removed.Clear();
        _gaps = new GapPages();
        _earliest = LedgerSegments.CountedThrough(segments) + 1;
        foreach (var (key, value) in state)
        {
            if (key.StartsWith(ledgerKey + HoursName, StringComparison.Ordinal))
            {
                _rows.Add(HourRow.Read(value.Span));
            }
            else if (key.StartsWith(ledgerKey, StringComparison.Ordinal))
            {
                _gaps.Load(key.AsSpan(ledgerKey.Length), value);
            }
        }

        _rows.Sort(static (row, other) => row.Hour.CompareTo(other.Hour));
        DropCutOff();
        var fits = Fits(entry);
        if (!fits)
        {
            var isNew = _rows.Count == 0;
            Begin(segments);
            return isNew;
        }

        return true;
    }

    /// <summary>Whether the rows' sums are those of an entry.</summary>
    private bool Fits(LedgerEntry entry)
    {
        long delivered = 0, filtered = 0, rejected = 0, evicted = 0;
        foreach (var row in _rows)
        {
            delivered += row.Delivered;
            filtered += row.Filtered;
            rejected += row.Rejected;
            evicted += row.Evicted;
        }

        return _rows.Count > 0 && _rows[0].First == entry.Base.Value + 1 && delivered == entry.DeliveredRecords
            && filtered == entry.FilteredRecords && rejected == entry.RejectedRecords.Total
            && evicted == entry.EvictedRecords;
    }

    /// <summary>Forgets the gaps: they are another stream's.</summary>
    public void ForgetGaps() => _gaps.Clear();

    /// <summary>Begins anew: what the entries of the shard's segments count so far belongs to no hour.</summary>
    public void Begin(params LedgerEntry[] segments)
    {
        var entry = LedgerSegments.Sum(segments);
        foreach (var row in _rows)
        {
            _removed.Add(row.Name);
        }

        _rows.Clear();
        _rows.Add(new HourRow(HourRow.Earlier, entry.Base.Value + 1)
        {
            Delivered = entry.DeliveredRecords,
            Filtered = entry.FilteredRecords,
            Rejected = entry.RejectedRecords.Total,
            Evicted = entry.EvictedRecords,
        });
        _earliest = LedgerSegments.CountedThrough(segments) + 1;
    }

    /// <summary>Begins the hours that have records by now; while the log has them, that is exact.</summary>
    public void Mark(DateTimeOffset now)
    {
        var hourNow = HourOf(now);
        var newest = shard.NewestSequence.Value;
        for (var hour = Math.Max(_rows[^1].Hour + 1, hourNow - HoursMax + 1); hour <= hourNow; hour++)
        {
            var begin = ShardPosition.AtTime(new Timestamp(hour * MicrosecondsPerHour));
            var first = Math.Max(shard.Resolve(begin).Value, Math.Max(_rows[^1].First, _earliest));
            if (first > newest)
            {
                return;
            }

            if (first == _rows[^1].First)
            {
                Remove(_rows.Count - 1);
            }

            _rows.Add(new HourRow(hour, first));
        }

        FoldOld();
    }

    /// <summary>Counts what lies between two checkpoints of a segment.</summary>
    public void Pass(long after, long through, Passage passage, Timestamp now)
    {
        var range = new SequenceRun(after + 1, through);
        if (range.Count < 1)
        {
            return;
        }

        _earliest = Math.Max(_earliest, through + 1);
        var runs = range.Within(passage.Runs);
        foreach (var run in runs)
        {
            Spread(run, static (row, count) => row.Delivered += count);
        }

        foreach (var run in range.Within(passage.Filtered))
        {
            Spread(run, static (row, count) =>
            {
                row.Delivered -= count;
                row.Filtered += count;
            });
        }

        CountRejected(passage.Rejections, now);
        foreach (var run in range.Without(runs))
        {
            Spread(run, static (row, count) => row.Evicted += count);
            Name(run, passage.Gaps, now);
        }
    }

    /// <summary>Notes records that were passed and that the log has lost.</summary>
    public void NoteCut(long first, long last, Timestamp now) =>
        _gaps.Add(new Gap(first, last, GapWhy.LostToCut, default, now));

    /// <summary>Adds what has changed to a batch; false when nothing has.</summary>
    public bool AddChanges(StateBatch batch)
    {
        if (!IsChanged)
        {
            return false;
        }

        foreach (var name in _removed)
        {
            batch.Delete(ledgerKey + HoursName + name);
        }

        _removed.Clear();
        foreach (var row in _rows)
        {
            if (row.IsChanged)
            {
                batch.Put(ledgerKey + HoursName + row.Name, row.Write());
                row.IsChanged = false;
            }
        }

        _gaps.AddChanges(batch, ledgerKey);
        return true;
    }

    private void CountRejected(IReadOnlyList<Rejection> rejections, Timestamp now)
    {
        var counted = 0L;
        foreach (var rejection in rejections)
        {
            if (rejection.Sequence != counted)
            {
                counted = rejection.Sequence;
                var row = RowOf(counted);
                row.Delivered--;
                row.Rejected++;
                row.IsChanged = true;
                _gaps.Add(new Gap(counted, counted, GapWhy.Rejected, rejection.Cause.Reason, now));
            }
        }
    }

    private void Name(SequenceRun missing, IReadOnlyList<Gap> known, Timestamp now)
    {
        var named = new List<SequenceRun>();
        foreach (var gap in known)
        {
            if (gap.First <= missing.Last && gap.Last >= missing.First)
            {
                var run = new SequenceRun(Math.Max(gap.First, missing.First), Math.Min(gap.Last, missing.Last));
                named.Add(run);
                _gaps.Add(new Gap(run.First, run.Last, gap.Why, default, now));
            }
        }

        foreach (var run in missing.Without(named))
        {
            var why = run.Last < shard.OldestSequence.Value ? GapWhy.Evicted : GapWhy.PassedOver;
            _gaps.Add(new Gap(run.First, run.Last, why, default, now));
        }
    }

    private void Spread(SequenceRun run, Action<HourRow, long> count)
    {
        for (var at = _rows.Count - 1; at >= 0 && run.Count > 0; at--)
        {
            var first = at == 0 ? run.First : Math.Max(run.First, _rows[at].First);
            if (first <= run.Last)
            {
                count(_rows[at], run.Last - first + 1);
                _rows[at].IsChanged = true;
                run = run with { Last = first - 1 };
            }
        }
    }

    private HourRow RowOf(long sequence)
    {
        for (var at = _rows.Count - 1; at > 0; at--)
        {
            if (_rows[at].First <= sequence)
            {
                return _rows[at];
            }
        }

        return _rows[0];
    }

    /// <summary>Hours that were begun with records which the log has lost since, uncounted, have not begun.</summary>
    private void DropCutOff()
    {
        var next = shard.NewestSequence.Value + 1;
        while (_rows.Count > 1
            && _rows[^1] is { Delivered: 0, Filtered: 0, Rejected: 0, Evicted: 0 } row && row.First > next)
        {
            Remove(_rows.Count - 1);
        }
    }

    private void FoldOld()
    {
        while (_rows.Count > HoursMax + 1)
        {
            var sum = new HourRow(HourRow.Earlier, _rows[0].First)
            {
                Delivered = _rows[0].Delivered + _rows[1].Delivered,
                Filtered = _rows[0].Filtered + _rows[1].Filtered,
                Rejected = _rows[0].Rejected + _rows[1].Rejected,
                Evicted = _rows[0].Evicted + _rows[1].Evicted,
            };
            Remove(1);
            Remove(0);
            _rows.Insert(0, sum);
        }
    }

    private void Remove(int at)
    {
        _removed.Add(_rows[at].Name);
        _rows.RemoveAt(at);
    }
}
