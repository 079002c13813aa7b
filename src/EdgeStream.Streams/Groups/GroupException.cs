namespace EdgeStream.Streams;

/// <summary>A consumer group does not do what it is asked; nothing has changed.</summary>
/// <param name="refusal">The reason.</param>
/// <param name="message">The reason in words.</param>
public sealed class GroupException(GroupRefusal refusal, string message) : Exception(message)
{
    /// <summary>The reason.</summary>
    public GroupRefusal Refusal { get; } = refusal;
}
