namespace EdgeStream.Storage;

/// <summary>The room of a file system.</summary>
/// <param name="FreeBytes">What this process may still write.</param>
/// <param name="TotalBytes">The size of the file system.</param>
public readonly record struct DiskRoom(long FreeBytes, long TotalBytes);
