using EdgeStream.Devices;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the routes; what a member may hold is the business of the room that follows them.</summary>
internal sealed class RouteBinder(ConfigReader reader, StreamReferences names)
{
    /// <summary>The file's routes, or the default one.</summary>
    /// <remarks>A preset makes a route for each of its topics, where no topic is named.</remarks>
    public IReadOnlyList<RouteDefinition> Bind(ConfigValues root)
    {
        if (root.List(ConfigKeys.Routes.List) is not { } items)
        {
            return DefaultConfig.Routes;
        }

        var routes = new List<RouteDefinition>();
        foreach (var item in items)
        {
            BindRoutes(item, routes);
        }

        if (routes.Count > Devices.Router.RouteCountMax)
        {
            reader.Report(root.At(ConfigKeys.Routes.List),
                $"'routes' and the topics of their presets are {routes.Count} routes; at most "
                    + $"{Devices.Router.RouteCountMax} are allowed");
        }

        return routes;
    }

    private void BindRoutes(ConfigValues item, List<RouteDefinition> routes)
    {
        var preset = RoutePreset.Find(item.Text(ConfigKeys.Routes.Preset));
        var isComplete = Requires(item, ConfigKeys.Routes.Topic, preset?.Topics.Count > 0);
        isComplete &= Requires(item, ConfigKeys.Routes.Stream, preset is not null);
        if (preset is not null && item.Has(ConfigKeys.Routes.Dialect))
        {
            reader.Report(item.At(ConfigKeys.Routes.Dialect), "a preset has its dialect; leave one of them out");
            return;
        }

        if (!isComplete)
        {
            return;
        }

        IReadOnlyList<string> topics = item.Has(ConfigKeys.Routes.Topic)
            ? [item.Text(ConfigKeys.Routes.Topic)] : preset!.Topics;
        foreach (var topic in topics)
        {
            var route = BindRoute(item, topic, preset?.Name ?? item.Text(ConfigKeys.Routes.Dialect));
            routes.Add(route);
            if (route.FindProblem() is { } problem)
            {
                var key = item.Schema.Find(problem.Member);
                reader.Report(key is null ? item.Location : item.At(key), problem.Message);
                return;
            }
        }
    }

    private RouteDefinition BindRoute(ConfigValues item, string topic, string dialect) => new()
    {
        Topic = topic,
        Stream = item.Has(ConfigKeys.Routes.Stream)
            ? names.Check(item, ConfigKeys.Routes.Stream) : StreamNames.Readings,
        Key = dialect.Length > 0 && !item.Has(ConfigKeys.Routes.Key) ? "device" : item.Text(ConfigKeys.Routes.Key),
        Time = item.Has(ConfigKeys.Routes.Time) || dialect.Length == 0
            ? item.Text(ConfigKeys.Routes.Time) : "dialect",
        DeviceTime = item.Text(ConfigKeys.Routes.DeviceTime),
        Counter = item.Text(ConfigKeys.Routes.Counter),
        Zone = item.Text(ConfigKeys.Routes.Zone),
        Decoder = item.Text(ConfigKeys.Routes.Decoder),
        Dialect = dialect,
        Device = item.Text(ConfigKeys.Routes.Device),
        Records = item.Text(ConfigKeys.Routes.Records),
        Tags = item.Texts(ConfigKeys.Routes.Tags),
        Fields = item.Texts(ConfigKeys.Routes.Fields),
        Each = item.Text(ConfigKeys.Routes.Each),
    };

    /// <summary>Whether a key is there that only a preset makes up for.</summary>
    private bool Requires(ConfigValues item, SchemaScalar key, bool isMadeUpFor)
    {
        if (item.Has(key) || isMadeUpFor)
        {
            return true;
        }

        reader.Report(item.Location, $"'routes' needs '{key.Name}': {key.Documentation}");
        return false;
    }
}
