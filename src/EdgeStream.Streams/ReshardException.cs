namespace EdgeStream.Streams;

/// <summary>A stream's shards cannot be changed as asked; nothing has changed.</summary>
/// <param name="refusal">The reason.</param>
/// <param name="message">The reason in words.</param>
public sealed class ReshardException(ReshardRefusal refusal, string message) : Exception(message)
{
    /// <summary>The reason.</summary>
    public ReshardRefusal Refusal { get; } = refusal;
}
