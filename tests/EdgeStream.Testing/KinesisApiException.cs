namespace EdgeStream.Testing;

/// <summary>The Kinesis endpoint has answered with an error.</summary>
/// <param name="type">The error's type.</param>
/// <param name="text">The whole answer.</param>
public sealed class KinesisApiException(string type, string text) : Exception(text)
{
    /// <summary>The error's type.</summary>
    public string Type { get; } = type;
}
