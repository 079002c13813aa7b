namespace EdgeStream.Devices;

/// <summary>Where messages of some topics go and how they are read, in the words of the configuration.</summary>
public sealed record RouteDefinition
{
    /// <summary>An MQTT topic filter, with <c>+</c> and <c>#</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>The name of the stream that takes the records.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>
    /// The partition key: <c>topic</c>, <c>client-id</c>, <c>segment:&lt;n&gt;</c> (a level of the topic, counted from
    /// 0),
    /// <c>field:&lt;path&gt;</c> (a member of the payload) or <c>constant:&lt;text&gt;</c>.
    /// </summary>
    public string Key { get; init; } = "topic";

    /// <summary>
    /// The event time: <c>arrival</c>, or <c>field:&lt;path&gt;</c> for ISO 8601 text with a zone, or a number of
    /// seconds,
    /// milliseconds or microseconds since 1970. A time that is missing or implausible is replaced by the arrival time.
    /// </summary>
    public string Time { get; init; } = "arrival";

    /// <summary>How the payload is read: <c>json</c> (an object), <c>number</c>, or <c>auto</c> for either.</summary>
    public string Decoder { get; init; } = "auto";

    /// <summary>The first thing that is wrong with the definition; null when there is nothing.</summary>
    public RouteProblem? FindProblem() => Route.TryCreate(this, out _, out var problem) ? null : problem;
}
