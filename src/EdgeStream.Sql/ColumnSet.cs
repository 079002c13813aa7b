namespace EdgeStream.Sql;

/// <summary>The columns that all expressions over one source need, so that one pass over a record finds them
/// all.</summary>
/// <remarks>Filled while expressions are parsed, then read by <see cref="JsonColumns"/>. Not thread-safe while it
/// grows.</remarks>
public sealed class ColumnSet
{
    private readonly Dictionary<ColumnPath, int> _slots = [];

    /// <summary>How many columns there are.</summary>
    public int Count => _slots.Count;

    internal IEnumerable<KeyValuePair<ColumnPath, int>> Slots => _slots;

    /// <summary>The slot of a column; the same path always has the same slot.</summary>
    public int Add(ColumnPath path)
    {
        if (!_slots.TryGetValue(path, out var slot))
        {
            slot = _slots.Count;
            _slots.Add(path, slot);
        }

        return slot;
    }
}
