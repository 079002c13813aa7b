namespace EdgeStream.Devices;

/// <summary>Every dialect by its name in the configuration. Names are frozen.</summary>
internal static class DialectCatalog
{
    /// <summary>The names, in the order of the documentation.</summary>
    internal static readonly IReadOnlyList<string> Names =
    [
        "json", "bare", "csv", "senml", "senml-cbor", "sparkplug", "tasmota", "zigbee2mqtt", "shelly",
        "homeassistant", "influx", "binary",
    ];

    /// <summary>Makes the dialect that a route names; null when nothing is wrong.</summary>
    internal static RouteProblem? TryCreate(Route route, out Dialect? dialect)
    {
        var definition = route.Definition;
        dialect = null;
        var problem = ProblemOf(route, definition);
        if (problem is not null)
        {
            return problem;
        }

        switch (definition.Dialect)
        {
            case "json":
                return JsonDialect.TryCreate(route, out dialect);
            case "bare":
                return BareDialect.TryCreate(route, out dialect);
            case "csv":
                return CsvDialect.TryCreate(route, out dialect);
            case "binary":
                return BinaryDialect.TryCreate(route, out dialect);
        }

        dialect = definition.Dialect switch
        {
            "senml" => new SenmlJsonDialect(),
            "senml-cbor" => new SenmlCborDialect(),
            "sparkplug" => new SparkplugDialect(),
            "tasmota" => new TasmotaDialect(),
            "zigbee2mqtt" => new ZigbeeDialect(),
            "shelly" => new ShellyDialect(),
            "homeassistant" => new HomeAssistantDialect(),
            _ => new InfluxDialect(),
        };
        return null;
    }

    private static RouteProblem? ProblemOf(Route route, RouteDefinition definition)
    {
        if (!Names.Contains(definition.Dialect))
        {
            return new RouteProblem(
                "dialect", $"'{definition.Dialect}' is no dialect; allowed are {string.Join(", ", Names)}");
        }

        if (definition.Fields.Count > 0 && definition.Dialect is not ("json" or "csv" or "binary"))
        {
            return new RouteProblem("fields", $"the dialect {definition.Dialect} has no 'fields'; json, csv and binary "
                + "have");
        }

        if (definition.Each.Length > 0 && definition.Dialect != "json")
        {
            return new RouteProblem("each", $"the dialect {definition.Dialect} has no 'each'; json has");
        }

        return route.Time.Path is not null && definition.Dialect != "json"
            ? new RouteProblem("time", "'field:' needs the dialect json; write dialect for the time that the payload "
                + "states, or arrival")
            : null;
    }
}
