namespace EdgeStream.Mqtt;

/// <summary>How well a member of a shared subscription can take a message now; the lowest is the best.</summary>
internal enum ShareReadiness
{
    /// <summary>Connected, and the message goes out at once.</summary>
    Ready,

    /// <summary>Connected, but others wait to be acknowledged before it.</summary>
    Busy,

    /// <summary>Not connected; its session keeps the message.</summary>
    Away,

    /// <summary>It would drop the message.</summary>
    Unable,
}
