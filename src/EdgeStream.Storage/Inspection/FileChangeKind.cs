namespace EdgeStream.Storage;

/// <summary>How a file of a log changes.</summary>
public enum FileChangeKind
{
    /// <summary>It is made.</summary>
    Made = 0,

    /// <summary>Bytes of it change.</summary>
    Changed = 1,

    /// <summary>It is removed.</summary>
    Removed = 2,
}
