namespace EdgeStream.Gateway.Composition;

/// <summary>Files that are read together, and what they were when what stood in them was last put to use.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="what">What they are, for the log.</param>
/// <param name="read">Reads them all and changes nothing; the result puts to use what was read and cannot
/// fail.</param>
/// <param name="paths">Their paths; null for one that is not configured.</param>
internal sealed class WatchedFiles(string what, Func<Action> read, params string?[] paths)
{
    private FileStamp[] _used = [];

    /// <summary>What they are, for the log.</summary>
    public string What => what;

    /// <summary>Why what they are now is not used; null when it is.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether they are no longer what they were when they were used last.</summary>
    public bool HasChanged => !Stamps().AsSpan().SequenceEqual(_used);

    /// <summary>Reads them; the result puts to use what was read, and notes what the files were before they were
    /// read.</summary>
    /// <exception cref="Config.ConfigException">One can't be read, or is wrong.</exception>
    public Action Read()
    {
        var stamps = Stamps();
        var use = read();
        return () =>
        {
            use();
            _used = stamps;
            Failure = null;
        };
    }

    private FileStamp[] Stamps()
    {
        var stamps = new FileStamp[paths.Length];
        for (var i = 0; i < stamps.Length; i++)
        {
            stamps[i] = paths[i] is { } path ? FileStamp.Of(path) : default;
        }

        return stamps;
    }
}
