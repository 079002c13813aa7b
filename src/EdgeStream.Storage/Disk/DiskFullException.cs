namespace EdgeStream.Storage;

/// <summary>The file system has no room, or the quota is used up.</summary>
/// <param name="message">Which file could not be made.</param>
/// <param name="innerException">The operating system's error.</param>
public sealed class DiskFullException(string message, Exception? innerException = null)
    : IOException(message, innerException);
