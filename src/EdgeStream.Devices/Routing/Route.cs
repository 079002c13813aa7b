using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Devices;

/// <summary>A route that has been checked and can be followed.</summary>
/// <remarks>Immutable.</remarks>
public sealed class Route
{
    private readonly TopicFilter _filter;

    private Route(RouteDefinition definition, TopicFilter filter, KeyRule key, EventTimeRule time, DecoderKind decoder)
    {
        Definition = definition;
        _filter = filter;
        Key = key;
        Time = time;
        Decoder = decoder;
    }

    /// <summary>What the route was made of.</summary>
    public RouteDefinition Definition { get; }

    internal KeyRule Key { get; }

    internal EventTimeRule Time { get; }

    internal DecoderKind Decoder { get; }

    /// <summary>Checks a definition.</summary>
    /// <exception cref="ArgumentException">
    /// A member is wrong: its name is the parameter's, the message says what is allowed.
    /// </exception>
    public static Route Create(RouteDefinition definition) =>
        TryCreate(definition, out var route, out var problem)
            ? route
            : throw new ArgumentException(problem.Message, problem.Member);

    /// <summary>Whether the route takes messages of this topic.</summary>
    public bool Matches(ReadOnlySpan<byte> topic) => _filter.Matches(topic);

    internal static bool TryCreate(
        RouteDefinition definition,
        [NotNullWhen(true)] out Route? route,
        [NotNullWhen(false)] out RouteProblem? problem)
    {
        route = null;
        problem = null;
        if (!TopicFilter.TryParse(definition.Topic, out var filter, out var topicProblem))
        {
            problem = new RouteProblem("topic", topicProblem);
        }
        else if (definition.Stream.Length == 0)
        {
            problem = new RouteProblem("stream", "a route names the stream that takes its records, such as 'readings'");
        }
        else if (!KeyRule.TryParse(definition.Key, out var key, out var keyProblem))
        {
            problem = new RouteProblem("key", keyProblem);
        }
        else if (!EventTimeRule.TryParse(definition.Time, out var time, out var timeProblem))
        {
            problem = new RouteProblem("time", timeProblem);
        }
        else if (!TryParseDecoder(definition.Decoder, out var decoder))
        {
            problem = new RouteProblem(
                "decoder", $"'{definition.Decoder}' is no decoder; allowed are auto, json and number");
        }
        else
        {
            route = new Route(definition, filter!, key!, time!, decoder);
        }

        return problem is null;
    }

    private static bool TryParseDecoder(string text, out DecoderKind decoder)
    {
        decoder = text switch { "json" => DecoderKind.Json, "number" => DecoderKind.Number, _ => DecoderKind.Auto };
        return text is "auto" or "json" or "number";
    }
}
