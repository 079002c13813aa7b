namespace EdgeStream.Devices;

/// <summary>An ordered list of routes; the first whose topic filter matches takes the message.</summary>
/// <remarks>Immutable and thread-safe. Matching allocates nothing.</remarks>
public sealed class Router
{
    /// <summary>The most routes a router has.</summary>
    public const int RouteCountMax = 256;

    private readonly Route[] _routes;

    /// <summary>Checks and orders the routes.</summary>
    /// <exception cref="ArgumentException">A definition is wrong, or there are more than 256.</exception>
    public Router(IEnumerable<RouteDefinition> definitions)
    {
        _routes = [.. definitions.Select(Route.Create)];
        if (_routes.Length > RouteCountMax)
        {
            throw new ArgumentException(
                $"There are {_routes.Length} routes; at most {RouteCountMax} are allowed.", nameof(definitions));
        }
    }

    /// <summary>The routes in their order.</summary>
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>The position of the first route that takes the topic, or -1.</summary>
    public int Match(ReadOnlySpan<byte> topic)
    {
        for (var i = 0; i < _routes.Length; i++)
        {
            if (_routes[i].Matches(topic))
            {
                return i;
            }
        }

        return -1;
    }
}
