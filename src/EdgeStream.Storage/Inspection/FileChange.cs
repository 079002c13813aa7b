namespace EdgeStream.Storage;

/// <summary>One file of a log that is or would be changed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="Offset">The first byte that differs.</param>
/// <param name="SizeBytes">Bytes from there to the last one that differs; the whole size of a made or removed file.
/// </param>
public sealed record FileChange(string Path, FileChangeKind Kind, long Offset, long SizeBytes);
