using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>A stream refused an append; the message says why and what to do.</summary>
/// <param name="status">The reason.</param>
/// <param name="message">The reason in words.</param>
/// <param name="innerException">The first error of a failed shard.</param>
public sealed class StreamException(AppendStatus status, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The reason.</summary>
    public AppendStatus Status { get; } = status;
}
