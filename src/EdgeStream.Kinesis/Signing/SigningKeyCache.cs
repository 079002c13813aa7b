namespace EdgeStream.Kinesis;

/// <summary>Keys that were derived for scopes: 256 at most, those that were used last.</summary>
/// <remarks>Thread-safe. Keys are kept in two halves; when the younger is full, it takes the place of the older, whose
/// keys were used least lately. A key that is found in the older half moves to the younger.</remarks>
internal sealed class SigningKeyCache
{
    /// <summary>How many keys are kept at most.</summary>
    internal const int CountMax = 256;

    private readonly Lock _gate = new();
    private Dictionary<string, byte[]> _younger = new(StringComparer.Ordinal);
    private Dictionary<string, byte[]> _older = new(StringComparer.Ordinal);

    /// <summary>How many keys are kept.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _younger.Count + _older.Count;
            }
        }
    }

    /// <summary>Finds a key.</summary>
    internal bool TryGet(string scope, out byte[] key)
    {
        lock (_gate)
        {
            if (_younger.TryGetValue(scope, out key!))
            {
                return true;
            }

            if (!_older.Remove(scope, out key!))
            {
                return false;
            }

            Put(scope, key);
            return true;
        }
    }

    /// <summary>Keeps a key.</summary>
    internal void Add(string scope, byte[] key)
    {
        lock (_gate)
        {
            if (!_younger.ContainsKey(scope))
            {
                _older.Remove(scope);
                Put(scope, key);
            }
        }
    }

    private void Put(string scope, byte[] key)
    {
        if (_younger.Count == CountMax / 2)
        {
            (_younger, _older) = (_older, _younger);
            _younger.Clear();
        }

        _younger.Add(scope, key);
    }
}
