namespace EdgeStream.Streams;

/// <summary>A queue is gone, or none can be made; nothing has changed.</summary>
/// <param name="refusal">The reason.</param>
/// <param name="message">The reason in words.</param>
public sealed class QueueException(QueueRefusal refusal, string message) : Exception(message)
{
    /// <summary>The reason.</summary>
    public QueueRefusal Refusal { get; } = refusal;
}
