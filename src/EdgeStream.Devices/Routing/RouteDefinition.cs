namespace EdgeStream.Devices;

/// <summary>Where messages of some topics go and how they are read, in the words of the configuration.</summary>
public sealed record RouteDefinition
{
    /// <summary>An MQTT topic filter, with <c>+</c> and <c>#</c>; <c>{name}</c> captures a level.</summary>
    public required string Topic { get; init; }

    /// <summary>The name of the stream that takes the records.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>
    /// The partition key: <c>topic</c>, <c>client-id</c>, <c>device</c>, <c>segment:&lt;n&gt;</c> (a level of the
    /// topic, counted from 0), <c>field:&lt;path&gt;</c> (a member of the record), <c>constant:&lt;text&gt;</c>, or a
    /// text with captures such as <c>{site}-{device}</c>.
    /// </summary>
    public string Key { get; init; } = "topic";

    /// <summary>
    /// The event time: <c>arrival</c>, <c>dialect</c> (where the dialect's payloads have it), or
    /// <c>field:&lt;path&gt;</c> for ISO 8601 text with a zone, or a number of seconds, milliseconds or microseconds
    /// since 1970. A time that is missing or implausible is replaced by the arrival time.
    /// </summary>
    public string Time { get; init; } = "arrival";

    /// <summary>What becomes of the times of a device whose own clock is off by more than five seconds:
    /// <c>trust</c> (they count, as far as they are plausible), <c>correct</c> (they are moved by what the clock is
    /// off) or <c>arrival</c> (the time of arrival counts).</summary>
    public string DeviceTime { get; init; } = "trust";

    /// <summary>Where a record has the number that its device gave it, as <c>field:&lt;path&gt;</c>, so that missing
    /// and repeated ones are counted; empty for nowhere.</summary>
    public string Counter { get; init; } = "";

    /// <summary>The time zone of ISO 8601 text without one; empty when such times are not to be believed.</summary>
    public string Zone { get; init; } = "";

    /// <summary>How the payload is read where there is no dialect: <c>json</c> (an object), <c>number</c>, or
    /// <c>auto</c> for either. The object is the record, byte for byte.</summary>
    public string Decoder { get; init; } = "auto";

    /// <summary>The dialect whose readings become records; empty for none. See <see cref="Dialects"/>.</summary>
    public string Dialect { get; init; } = "";

    /// <summary>The device, as a text with captures, or <c>field:&lt;path&gt;</c> for the dialect json; empty for
    /// the capture <c>{device}</c>, else what the dialect says, else the topic.</summary>
    public string Device { get; init; } = "";

    /// <summary>How readings become records: <c>device</c> (one for those of one device and time) or <c>reading</c>
    /// (one for each).</summary>
    public string Records { get; init; } = "device";

    /// <summary>Members that each record gets, as <c>name=text</c> with captures; at most 16.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What is read of the payload, as <c>name (unit) = place</c>; what a place is depends on the dialect. At
    /// most 256.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The path of an array whose items are read one by one, for the dialect json; empty for none.</summary>
    public string Each { get; init; } = "";

    /// <summary>The dialects that a route may name.</summary>
    public static IReadOnlyList<string> Dialects => DialectCatalog.Names;

    /// <summary>The first thing that is wrong with the definition; null when there is nothing.</summary>
    public RouteProblem? FindProblem() => Route.TryCreate(this, out _, out var problem) ? null : problem;

    /// <summary>Whether two are the same in everything, the lists item by item.</summary>
    public bool Equals(RouteDefinition? other) =>
        other is not null && Topic == other.Topic && Stream == other.Stream && Key == other.Key && Time == other.Time
        && DeviceTime == other.DeviceTime && Counter == other.Counter && Zone == other.Zone
        && Decoder == other.Decoder && Dialect == other.Dialect && Device == other.Device
        && Records == other.Records && Each == other.Each && Tags.SequenceEqual(other.Tags)
        && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Topic, Stream, Key, Dialect);
}
