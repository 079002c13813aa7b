using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the routes; what a member may hold is the business of the room that follows them.</summary>
internal sealed class RouteBinder(ConfigReader reader, StreamReferences names)
{
    /// <summary>The file's routes, or the default one.</summary>
    public IReadOnlyList<RouteDefinition> Bind(ConfigValues root) =>
        root.List(ConfigKeys.Routes.List) is { } items ? [.. items.Select(BindRoute)] : DefaultConfig.Routes;

    private RouteDefinition BindRoute(ConfigValues item)
    {
        var route = new RouteDefinition
        {
            Topic = item.Text(ConfigKeys.Routes.Topic),
            Stream = names.Check(item, ConfigKeys.Routes.Stream),
            Key = item.Text(ConfigKeys.Routes.Key),
            Time = item.Text(ConfigKeys.Routes.Time),
            Decoder = item.Text(ConfigKeys.Routes.Decoder),
        };
        if (route.FindProblem() is { } problem)
        {
            var key = item.Schema.Find(problem.Member);
            reader.Report(key is null ? item.Location : item.At(key), problem.Message);
        }

        return route;
    }
}
