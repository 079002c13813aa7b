using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Gives the content of a reference table that is no file of this machine.</summary>
/// <remarks>Queries ask for it every few seconds, and never wait for it: it has what it has. Thread-safe.</remarks>
public interface IReferenceSource
{
    /// <summary>Tells the content from others; null while there has never been any.</summary>
    string? Version { get; }

    /// <summary>When the content was made, by the clock of who keeps it; null where nobody knows.</summary>
    Timestamp? ChangedAt { get; }

    /// <summary>When the content was last known to be the newest; null where it never was.</summary>
    Timestamp? CheckedAt { get; }

    /// <summary>Why it is not known whether the content is the newest; null where it is.</summary>
    string? Failure { get; }

    /// <summary>The content, at most <see cref="QueryReference.SizeBytesMax"/> bytes; null where there is
    /// none.</summary>
    byte[]? Read();
}
