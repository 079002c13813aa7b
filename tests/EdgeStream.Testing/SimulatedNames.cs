namespace EdgeStream.Testing;

/// <summary>
/// The names of a <see cref="SimulatedDisk"/>'s files: what the kernel shows, and what the device has of it.
/// </summary>
/// <remarks>
/// A change is shown at once and durable with the next <see cref="Sync"/>. Until then a power cut keeps a random number
/// of the changes, the older ones first, as a journal does. The disk's lock is held.
/// </remarks>
internal sealed class SimulatedNames(Random random)
{
    private readonly Dictionary<string, SimulatedFile> _shown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _durable = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, SimulatedFile>>> _unsynced = [];

    /// <summary>The files that there are.</summary>
    internal IReadOnlyDictionary<string, SimulatedFile> Files => _shown;

    /// <summary>Bytes that they take.</summary>
    internal long SizeBytes => _shown.Values.Sum(file => file.SizeBytes);

    /// <summary>Gives a file a name; who had it has none any more.</summary>
    internal void Set(string path, SimulatedFile file) => Change(names => names[path] = file);

    /// <summary>Takes a name away.</summary>
    internal void Remove(string path) => Change(names => names.Remove(path));

    /// <summary>Gives a file another name in one step; who had it has none any more.</summary>
    internal void Move(string path, string newPath) => Change(names =>
    {
        if (names.Remove(path, out var file))
        {
            names[newPath] = file;
        }
    });

    /// <summary>Makes all changes durable.</summary>
    internal void Sync()
    {
        foreach (var change in _unsynced)
        {
            change(_durable);
        }

        _unsynced.Clear();
    }

    /// <summary>Loses a random number of the newest changes that are not durable.</summary>
    internal void LoseUnsynced()
    {
        if (_unsynced.Count == 0)
        {
            return;
        }

        var kept = random.Next(_unsynced.Count + 1);
        _unsynced.RemoveRange(kept, _unsynced.Count - kept);
        Sync();
        _shown.Clear();
        foreach (var (path, file) in _durable)
        {
            file.Path = path;
            _shown.Add(path, file);
        }
    }

    private void Change(Action<Dictionary<string, SimulatedFile>> change)
    {
        change(_shown);
        _unsynced.Add(change);
    }
}
