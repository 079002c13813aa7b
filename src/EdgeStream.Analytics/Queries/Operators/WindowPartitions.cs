using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>The partitions of one sliding window: what is in each, and what its functions make of it.</summary>
internal sealed class WindowPartitions(QueryContext context, SlidingWindow window)
{
    private readonly GroupTable _groups = new(window.Functions, isRemovable: window.Preceding != long.MaxValue);
    private readonly ByteBuffer _key = new();
    private readonly ByteBuffer _entry = new();
    private RowQueue[] _rows = [];
    private long _rowBytes;

    public int RowCount { get; private set; }

    public long SizeBytes => _rowBytes + _groups.SizeBytes;

    private bool Remembers => window.Preceding != long.MaxValue;

    /// <summary>Lets a row in and what is too old out; the states of its partition.</summary>
    public AggregateState[] Add(RowBuffer row)
    {
        _key.Clear();
        foreach (var key in window.Partition)
        {
            context.Evaluator.Append(_key, key, row);
        }

        var group = _groups.FindOrAdd(_key.Written, out var isNew);
        var rows = RowsOf(group);
        var before = rows.SizeBytes;
        if (!isNew)
        {
            _groups.MoveToEnd(group);
            Expire(group, rows, row.Rowtime);
        }

        _groups.TimeOf(group) = row.Rowtime;
        Append(group, rows, row);
        _rowBytes += rows.SizeBytes - before;
        DropIdle(row.Rowtime);
        KeepBounds(row.Rowtime);
        return _groups.StatesOf(group);
    }

    public void Save(ByteBuffer output)
    {
        _groups.Save(output);
        if (Remembers)
        {
            for (var group = _groups.First; group >= 0; group = _groups.Next(group))
            {
                _rows[group].Save(output);
            }
        }
    }

    public void Load(ref StateReader reader)
    {
        _groups.Load(ref reader);
        for (var group = _groups.First; Remembers && group >= 0 && !reader.IsBroken; group = _groups.Next(group))
        {
            var rows = RowsOf(group);
            rows.Load(ref reader);
            RowCount += rows.Count;
            _rowBytes += rows.SizeBytes;
        }
    }

    private RowQueue RowsOf(int group)
    {
        if (group >= _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(16, (group + 1) * 2));
        }

        return _rows[group] ??= new RowQueue();
    }

    /// <summary>A row is kept as its time and the arguments, so that it can be taken back.</summary>
    private void Append(int group, RowQueue rows, RowBuffer row)
    {
        if (!Remembers)
        {
            _groups.Add(group, context.Evaluator, window.Arguments, row);
            return;
        }

        _entry.Clear();
        _entry.AppendInt64(row.Rowtime);
        foreach (var argument in window.Arguments)
        {
            if (argument is not null)
            {
                context.Evaluator.Append(_entry, argument, row);
            }
        }

        var before = SizeOf(group);
        Apply(group, _entry.Written, isRemoval: false);
        _groups.Grow(group, SizeOf(group) - before);
        rows.Add(_entry.Written);
        RowCount++;
    }

    private void Expire(int group, RowQueue rows, long now)
    {
        if (!Remembers)
        {
            return;
        }

        while (rows.Count > 0 && (window.IsRows ? rows.Count > window.Preceding : IsOld(rows.At(rows.First), now)))
        {
            RemoveFirst(group, rows);
        }
    }

    private bool IsOld(ReadOnlySpan<byte> row, long now) => now - new StateReader(row).ReadInt64() > window.Preceding;

    private void RemoveFirst(int group, RowQueue rows)
    {
        var before = SizeOf(group);
        Apply(group, rows.At(rows.First), isRemoval: true);
        _groups.Grow(group, SizeOf(group) - before);
        rows.RemoveFirst();
        RowCount--;
    }

    private void Apply(int group, ReadOnlySpan<byte> row, bool isRemoval)
    {
        var reader = new StateReader(row);
        var time = reader.ReadInt64();
        var states = _groups.StatesOf(group);
        for (var index = 0; index < states.Length; index++)
        {
            var value = window.Arguments[index] is null ? SqlValue.OfInteger(1) : reader.ReadValue();
            if (isRemoval)
            {
                states[index].Remove(in value, time);
            }
            else
            {
                states[index].Add(in value, time);
            }
        }
    }

    private int SizeOf(int group)
    {
        var size = 0;
        if (!_groups.IsGrowing)
        {
            return size;
        }

        foreach (var state in _groups.StatesOf(group))
        {
            size += state.SizeBytes;
        }

        return size;
    }

    /// <summary>Forgets partitions whose rows are all too old; the least recently seen ones come first.</summary>
    private void DropIdle(long now)
    {
        if (window.IsRows || !Remembers)
        {
            return;
        }

        while (now - _groups.TimeOf(_groups.First) > window.Preceding)
        {
            Drop(_groups.First);
        }
    }

    private void KeepBounds(long now)
    {
        if (_groups.Count > context.Limits.GroupsMax)
        {
            context.Errors.Report(
                ErrorNames.GroupDropped,
                $"The window holds {context.Limits.GroupsMax} partitions, the most it may: the one longest unheard of "
                + "was dropped.",
                now,
                _groups.TimeOf(_groups.First),
                _groups.KeyOf(_groups.First),
                "");
            Drop(_groups.First);
        }

        if (RowCount > context.Limits.RowsMax)
        {
            var victim = _groups.First;
            while (_rows[victim].Count == 0)
            {
                victim = _groups.Next(victim);
            }

            context.Errors.Report(
                ErrorNames.RowDropped,
                $"The window holds {context.Limits.RowsMax} rows, the most it may: an old one was dropped.",
                now,
                now,
                _rows[victim].At(_rows[victim].First),
                "");
            RemoveFirst(victim, _rows[victim]);
        }
    }

    private void Drop(int group)
    {
        RowCount -= _rows[group].Count;
        _rowBytes -= _rows[group].SizeBytes;
        _rows[group] = null!;
        _groups.Remove(group);
    }
}
