using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Devices;

/// <summary>A route that has been checked and can be followed.</summary>
/// <remarks>Immutable.</remarks>
public sealed class Route
{
    private const int TagCountMax = 16;

    private readonly TopicPattern _pattern;

    private Route(RouteDefinition definition, TopicPattern pattern)
    {
        Definition = definition;
        _pattern = pattern;
        Device = pattern.LevelOf("device") is { } level ? TextTemplate.OfLevel(level) : TextTemplate.Topic;
    }

    /// <summary>What the route was made of.</summary>
    public RouteDefinition Definition { get; }

    internal KeyRule Key { get; private set; } = null!;

    internal EventTimeRule Time { get; private set; } = null!;

    internal ZoneRule? Zone { get; private set; }

    /// <summary>What becomes of times by clocks that are off.</summary>
    internal DeviceTimeRule DeviceTime { get; private set; }

    /// <summary>Whether times are left as they are stated until all of a message is read.</summary>
    internal bool DefersTimes => DeviceTime != DeviceTimeRule.Trust;

    /// <summary>Where a record has its device's number; null where it has none.</summary>
    internal JsonPath? Counter { get; private set; }

    internal DecoderKind Decoder { get; private set; }

    /// <summary>Null where the payload itself is the record.</summary>
    internal Dialect? Dialect { get; private set; }

    /// <summary>The device of readings whose dialect names none.</summary>
    internal TextTemplate Device { get; private set; }

    /// <summary>Whether the payload, as far as it is an object, is the record byte for byte.</summary>
    internal bool IsPlain => Dialect is null && Tags.Length == 0;

    /// <summary>What reads the payloads, for messages.</summary>
    internal string Reader =>
        Dialect is null ? $"decoder {Definition.Decoder}" : $"dialect {Definition.Dialect}";

    /// <summary>Where the payload names the device; null when it is not to be looked for.</summary>
    internal JsonPath? DevicePath { get; private set; }

    /// <summary>Whether the route says what the device is: a dialect then does not.</summary>
    internal bool NamesDevice => Definition.Device.Length > 0 || _pattern.LevelOf("device") is not null;

    internal RouteTag[] Tags { get; private set; } = [];

    internal RecordShape Shape { get; private set; }

    internal TopicPattern Pattern => _pattern;

    /// <summary>Checks a definition.</summary>
    /// <exception cref="ArgumentException">
    /// A member is wrong: its name is the parameter's, the message says what is allowed.
    /// </exception>
    public static Route Create(RouteDefinition definition) =>
        TryCreate(definition, out var route, out var problem)
            ? route
            : throw new ArgumentException(problem.Message, problem.Member);

    /// <summary>Whether the route takes messages of this topic.</summary>
    public bool Matches(ReadOnlySpan<byte> topic) => _pattern.Matches(topic);

    internal static bool TryCreate(
        RouteDefinition definition,
        [NotNullWhen(true)] out Route? route,
        [NotNullWhen(false)] out RouteProblem? problem)
    {
        route = null;
        problem = null;
        if (!TopicPattern.TryParse(definition.Topic, out var pattern, out var topicProblem))
        {
            problem = new RouteProblem("topic", topicProblem);
            return false;
        }

        var made = new Route(definition, pattern);
        problem = definition.Stream.Length == 0
            ? new RouteProblem("stream", "a route names the stream that takes its records, such as 'readings'")
            : made.ReadKeyAndTime() ?? made.ReadDevice() ?? made.ReadDialect();
        route = problem is null ? made : null;
        return problem is null;
    }

    private static bool TryParseDecoder(string text, out DecoderKind decoder)
    {
        decoder = text switch { "json" => DecoderKind.Json, "number" => DecoderKind.Number, _ => DecoderKind.Auto };
        return text is "auto" or "json" or "number";
    }

    private RouteProblem? ReadKeyAndTime()
    {
        if (!KeyRule.TryParse(Definition.Key, _pattern, out var key, out var problem))
        {
            return new RouteProblem("key", problem);
        }

        if (!EventTimeRule.TryParse(Definition.Time, out var time, out problem))
        {
            return new RouteProblem("time", problem);
        }

        ZoneRule? zone = null;
        if (Definition.Zone.Length > 0 && !ZoneRule.TryParse(Definition.Zone, out zone, out problem))
        {
            return new RouteProblem("zone", problem);
        }

        Key = key!;
        Time = time!;
        Zone = zone;
        return ReadDeviceTime() ?? ReadCounter();
    }

    private RouteProblem? ReadDeviceTime()
    {
        if (Definition.DeviceTime is not ("trust" or "correct" or "arrival"))
        {
            return new RouteProblem("deviceTime",
                $"'{Definition.DeviceTime}' is no way with clocks that are off; allowed are trust, correct and "
                    + "arrival");
        }

        DeviceTime = Definition.DeviceTime switch
        {
            "correct" => DeviceTimeRule.Correct,
            "arrival" => DeviceTimeRule.Arrival,
            _ => DeviceTimeRule.Trust,
        };
        return DefersTimes && Time.IsArrival
            ? new RouteProblem("deviceTime", "the route takes no times of devices: set 'time', or leave this out")
            : null;
    }

    private RouteProblem? ReadCounter()
    {
        const string FieldWord = "field:";
        if (Definition.Counter.Length == 0)
        {
            return null;
        }

        if (!Definition.Counter.StartsWith(FieldWord, StringComparison.Ordinal))
        {
            return new RouteProblem("counter", $"'{Definition.Counter}' names no place; write field:<path>");
        }

        if (!JsonPath.TryParse(Definition.Counter[FieldWord.Length..], out var path, out var problem))
        {
            return new RouteProblem("counter", problem);
        }

        Counter = path;
        return Definition.Dialect == "sparkplug"
            ? new RouteProblem("counter", "Sparkplug has numbers of its own, which are counted; leave this out") : null;
    }

    private RouteProblem? ReadDevice()
    {
        const string FieldWord = "field:";
        if (Definition.Device.StartsWith(FieldWord, StringComparison.Ordinal))
        {
            if (!JsonPath.TryParse(Definition.Device[FieldWord.Length..], out var path, out var problem))
            {
                return new RouteProblem("device", problem);
            }

            if (Definition.Dialect != "json")
            {
                return new RouteProblem("device", "'field:' needs the dialect json");
            }

            DevicePath = path;
        }
        else if (Definition.Device.Length > 0)
        {
            if (!TextTemplate.TryParse(Definition.Device, _pattern, out var device, out var problem))
            {
                return new RouteProblem("device", problem);
            }

            Device = device!;
        }

        var tags = new List<RouteTag>();
        foreach (var text in Definition.Tags)
        {
            if (!RouteTag.TryParse(text, _pattern, out var tag, out var problem))
            {
                return new RouteProblem("tags", problem);
            }

            if (tags.Exists(other => other.Name.AsSpan().SequenceEqual(tag!.Name)))
            {
                return new RouteProblem("tags", $"'{text}' names a tag that is there already");
            }

            tags.Add(tag!);
        }

        Tags = [.. tags];
        return tags.Count > TagCountMax
            ? new RouteProblem("tags", $"there are {tags.Count} tags; at most {TagCountMax} are allowed") : null;
    }

    private RouteProblem? ReadDialect()
    {
        if (!TryParseDecoder(Definition.Decoder, out var decoder))
        {
            return new RouteProblem(
                "decoder", $"'{Definition.Decoder}' is no decoder; allowed are auto, json and number");
        }

        if (Definition.Records is not ("device" or "reading"))
        {
            return new RouteProblem("records", $"'{Definition.Records}' is no shape; allowed are device and reading");
        }

        Decoder = decoder;
        Shape = Definition.Records == "reading" ? RecordShape.Reading : RecordShape.Device;
        if (Definition.Dialect.Length == 0)
        {
            return ProblemWithoutDialect();
        }

        if (Definition.Decoder != "auto")
        {
            return new RouteProblem("decoder", "a route has a decoder or a dialect; leave one of them out");
        }

        var problem = DialectCatalog.TryCreate(this, out var dialect);
        Dialect = dialect;
        return problem;
    }

    private RouteProblem? ProblemWithoutDialect() => this switch
    {
        { Definition.Fields.Count: > 0 } => Needs("fields"),
        { Definition.Each.Length: > 0 } => Needs("each"),
        { Definition.Zone.Length: > 0 } => Needs("zone"),
        { Shape: RecordShape.Reading } => Needs("records"),
        { Time.IsDialect: true } => Needs("time"),
        _ => null,
    };

    private static RouteProblem Needs(string member) => new(
        member, $"'{member}' needs a dialect: {string.Join(", ", DialectCatalog.Names)}");
}
