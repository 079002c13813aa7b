namespace EdgeStream.Gateway.Discovery;

/// <summary>One value of a device that Home Assistant is told of.</summary>
/// <param name="Path">Its path in the record, <c>a.b[0]</c>.</param>
/// <param name="Unit">The unit of its readings; empty where none is known.</param>
/// <param name="IsBoolean">Whether it is true or false.</param>
internal sealed record DiscoveredField(string Path, string Unit, bool IsBoolean)
{
    /// <summary>The newest value, as JSON.</summary>
    public string Value { get; set; } = "null";
}
