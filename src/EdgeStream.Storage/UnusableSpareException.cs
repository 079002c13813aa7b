namespace EdgeStream.Storage;

/// <summary>A spare could not be written when a segment was to begin in it: nothing of the log is in it yet.</summary>
internal sealed class UnusableSpareException(string message, Exception inner) : IOException(message, inner);
