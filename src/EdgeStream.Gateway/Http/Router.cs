using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Live;
using EdgeStream.Gateway.Logging;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>Finds who answers a request, and turns what goes wrong into an answer.</summary>
internal sealed class Router(
    GatewayParts parts, LiveHub live, StreamTailEndpoint tails, MetricsEndpoint metrics, ILogger<Router> logger)
{
    /// <summary>Where the description of the API is.</summary>
    public const string OpenApiPath = "/api/openapi.json";

    private const string AcknowledgementPath = "/api/alerts/{id}/acknowledgement";
    private const string DevicePath = "/api/devices/{id}";
    private const string TwinPath = DevicePath + "/twin";
    private const string SilencesPath = "/api/silences";
    private const string QueriesPath = "/api/queries";
    private const string RecordsPath = "/api/streams/{stream}/records";

    private static readonly Route[] Table =
    [
        new("GET", "/health", (router, context, _) => HealthEndpoint.HandleAsync(context, router._parts)),
        new("GET", "/metrics", (router, context, _) => router._metrics.HandleAsync(context)),
        new("GET", OpenApiPath, (router, context, _) => router._files.HandleOpenApiAsync(context)),
        new("GET", "/api/status", Json(StatusJson.Write)),
        new("GET", "/api/streams", Json(StreamsJson.Write)),
        new("GET", "/api/devices", Json(DevicesJson.Write)),
        new("GET", TwinPath, (router, context, values) =>
            TwinEndpoint.GetAsync(context, router._parts, DeviceOf(values))),
        new("PATCH", TwinPath, (router, context, values) =>
            router.WriteDeviceAsync(context, values, TwinEndpoint.PatchAsync)),
        new("DELETE", TwinPath, (router, context, values) =>
            router.WriteDeviceAsync(context, values, TwinEndpoint.DeleteAsync)),
        new("GET", DevicePath, (router, context, values) =>
            DeviceEndpoint.GetAsync(context, router._parts, DeviceOf(values))),
        new("PATCH", DevicePath, (router, context, values) =>
            router.WriteDeviceAsync(context, values, DeviceEndpoint.PatchAsync)),
        new("DELETE", DevicePath, (router, context, values) =>
            router.WriteDeviceAsync(context, values, DeviceEndpoint.DeleteAsync)),
        new("GET", "/api/alerts", Json(AlertsJson.Write)),
        new("GET", "/api/alerts/history",
            (router, context, _) => AlertHistoryEndpoint.HandleAsync(context, router._parts)),
        new("POST", AcknowledgementPath, (router, context, values) => router.AcknowledgeAsync(context, values)),
        new("DELETE", AcknowledgementPath, (router, context, values) => router.UnacknowledgeAsync(context, values)),
        new("GET", "/api/alerting", Json(AlertingJson.Write)),
        new("GET", SilencesPath, Json(SilencesEndpoint.Write)),
        new("POST", SilencesPath, (router, context, _) => router.SilenceAsync(context)),
        new("DELETE", SilencesPath + "/{id}", (router, context, values) => router.EndSilenceAsync(context, values)),
        new("GET", "/api/rules", Json(RulesJson.Write)),
        new("GET", QueriesPath, Json(QueriesJson.Write)),
        new("GET", QueriesPath + "/discover", (router, context, _) => router.DiscoverAsync(context)),
        new("POST", QueriesPath + "/check", (router, context, _) => router.CheckQueryAsync(context)),
        new("POST", QueriesPath + "/run", (router, context, _) => router.RunQueryAsync(context)),
        new("PUT", QueriesPath + "/{name}", (router, context, values) => router.PutQueryAsync(context, values)),
        new("DELETE", QueriesPath + "/{name}", (router, context, values) => router.DeleteQueryAsync(context, values)),
        new("GET", "/api/deliveries", Json(DeliveriesJson.Write)),
        new("GET", "/api/deliveries/audit", Json(AuditJson.Write)),
        new("POST", "/api/deliveries/{delivery}/flush", (router, context, values) =>
            router.FlushAsync(context, values[0])),
        new("GET", MqttSocketEndpoint.Path, (router, context, _) => router.MqttSocketAsync(context)),
        new("GET", "/api/live",
            (router, context, _) => LiveEndpoint.HandleAsync(context, router._live, router._parts)),
        new("GET", RecordsPath, (router, context, values) =>
            RecordsReadEndpoint.HandleAsync(context, router._parts, router.FindStream(values[0]))),
        new("POST", RecordsPath, (router, context, values) => router.WriteAsync(context, values)),
        new("PUT", RecordsPath + "/{key}", (router, context, values) => router.WriteRawAsync(context, values)),
        new("POST", RecordsPath + "/{key}", (router, context, values) => router.WriteRawAsync(context, values)),
        new("POST", "/api/streams/{stream}/shards", (router, context, values) => router.ReshardAsync(context, values)),
        new("POST", ReplayEndpoint.Path, (router, context, _) => router.ReplayAsync(context)),
        new("GET", "/api/streams/{stream}/live", (router, context, values) => router.TailAsync(context, values)),
    ];

    private readonly GatewayParts _parts = parts;
    private readonly LiveHub _live = live;
    private readonly MetricsEndpoint _metrics = metrics;
    private readonly StreamTailEndpoint _tails = tails;
    private readonly QueryRunEndpoint _runs = new(parts);
    private readonly StaticFiles _files = new();
    private readonly HostNames _hosts =
        new(Environment.MachineName, parts.Config.NodeId, parts.Config.HttpHosts);

    /// <summary>Every method and path that is served, beside the files of the dashboard.</summary>
    public static IEnumerable<string> Routes => Table.Select(route => $"{route.Method} {route.Template}");

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (context.Features.Get<MqttPeer>() is { } peer)
            {
                await MqttSocketEndpoint.HandleAsync(context, _parts, peer, _hosts);
                return;
            }

            RequireOwnName(context);
            await DispatchAsync(context, context.Request.Path.Value ?? "/");
        }
        catch (ApiException refused) when (!context.Response.HasStarted)
        {
            await JsonReply.WriteErrorAsync(context, refused.Error);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await JsonReply.WriteErrorAsync(context, new ApiError(
                refused.StatusCode, "bad_request", refused.Message, "See the README for the API."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody is there to be answered.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            logger.RequestFailed(context.Request.Method, context.Request.Path.Value ?? "/", error);
            await JsonReply.WriteErrorAsync(context, new ApiError(
                StatusCodes.Status500InternalServerError, "internal_error", $"{error.GetType().Name}: {error.Message}",
                "The gateway's log says more."));
        }
    }

    private Task DispatchAsync(HttpContext context, string path)
    {
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        var allowed = new List<string>();
        foreach (var route in Table)
        {
            if (!route.TryMatch(path, out var values))
            {
                continue;
            }

            if (HttpMethods.Equals(route.Method, method))
            {
                return route.Handle(this, context, values);
            }

            allowed.Add(route.Method == HttpMethods.Get ? "GET, HEAD" : route.Method);
        }

        return allowed.Count == 0
            ? FileAsync(context, path)
            : throw NotAllowed(context, string.Join(", ", allowed));
    }

    private void RequireOwnName(HttpContext context)
    {
        if (!_hosts.IsAllowed(context.Request.Host))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status421MisdirectedRequest, "unknown_host",
                $"This gateway does not answer to the name '{context.Request.Host.Host}'.",
                "Use its IP address or the machine's name, or list the name in 'http.hosts' of the configuration."));
        }
    }

    private Task WriteRawAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);

        var key = Unescaped(values[1]);
        return RecordsWriteEndpoint.HandleRawAsync(context, _parts, FindStream(values[0]), key);
    }

    private Task WriteDeviceAsync(
        HttpContext context, string[] values, Func<HttpContext, GatewayParts, string, Task> write)
    {
        RequireSameOrigin(context);
        return write(context, _parts, DeviceOf(values));
    }

    private static string DeviceOf(string[] values) => Unescaped(values[0]);

    /// <summary>The only escape that a path keeps.</summary>
    private static string Unescaped(string text) => text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private Task ReshardAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return ShardsEndpoint.HandleAsync(context, _parts, FindStream(values[0]));
    }

    private Task FlushAsync(HttpContext context, string name)
    {
        RequireSameOrigin(context);
        return JsonReply.WriteAsync(
            context, StatusCodes.Status200OK,
            _parts.Deliveries.RequestFlush(name)
                ?? throw new ApiException(ApiError.NoDelivery(
                    name, _parts.Deliveries.Status().Select(delivery => delivery.Name))),
            DeliveriesJson.WriteDelivery);
    }

    private Task ReplayAsync(HttpContext context)
    {
        RequireSameOrigin(context);
        return ReplayEndpoint.HandleAsync(context, _parts, FindStream(StreamNames.DeadLetter));
    }

    private Task TailAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        var stream = FindStream(values[0]);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : _tails.HandleAsync(context, stream);
    }

    private Task WriteAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return RecordsWriteEndpoint.HandleAsync(context, _parts, FindStream(values[0]));
    }

    private Task AcknowledgeAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return AcknowledgeEndpoint.PostAsync(context, _parts, values[0]);
    }

    private Task UnacknowledgeAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return AcknowledgeEndpoint.DeleteAsync(context, _parts, values[0]);
    }

    private Task SilenceAsync(HttpContext context)
    {
        RequireSameOrigin(context);
        return SilencesEndpoint.PostAsync(context, _parts);
    }

    private Task EndSilenceAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return SilencesEndpoint.DeleteAsync(context, _parts, values[0]);
    }

    private Task DiscoverAsync(HttpContext context) => DiscoverEndpoint.HandleAsync(
        context, FindStream(context.Request.Query["stream"].FirstOrDefault() ?? StreamNames.Readings));

    private Task CheckQueryAsync(HttpContext context)
    {
        RequireSameOrigin(context);
        return QueryEndpoint.CheckAsync(context, _parts);
    }

    private Task RunQueryAsync(HttpContext context)
    {
        RequireSameOrigin(context);
        return _runs.HandleAsync(context);
    }

    private Task PutQueryAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return QueryEndpoint.PutAsync(context, _parts, values[0]);
    }

    private Task DeleteQueryAsync(HttpContext context, string[] values)
    {
        RequireSameOrigin(context);
        return QueryEndpoint.DeleteAsync(context, _parts, values[0]);
    }

    private Task MqttSocketAsync(HttpContext context) => _parts.Config.MqttWebSocket
        ? MqttSocketEndpoint.HandleAsync(context, _parts)
        : FileAsync(context, MqttSocketEndpoint.Path);

    private DataStream FindStream(string name) => _parts.Store.TryGet(name, out var stream)
        ? stream
        : throw new ApiException(ApiError.NoStream(name, _parts.Store.Streams.Select(s => s.Name)));

    private async Task FileAsync(HttpContext context, string path)
    {
        if (!IsGet(context))
        {
            throw NotAllowed(context, "GET, HEAD");
        }

        if (!await _files.TryHandleAsync(context))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status404NotFound, "not_found", $"There is nothing at {path}.",
                $"The API is described at {OpenApiPath}; /api/status, /api/streams, /api/live, /health and /metrics "
                    + "are there, and MQTT over WebSocket at /mqtt."));
        }
    }

    private static Func<Router, HttpContext, string[], Task> Json(Action<Utf8JsonWriter, GatewayParts> write) =>
        (router, context, _) => JsonReply.WriteAsync(context, StatusCodes.Status200OK, router._parts, write);

    private static bool IsGet(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private static ApiException NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return new ApiException(new ApiError(
            StatusCodes.Status405MethodNotAllowed, "method_not_allowed",
            $"{context.Request.Method} is not possible here.", $"Allowed: {allowed}."));
    }

    /// <summary>Refuses what another site's page sends.</summary>
    public static void RequireSameOrigin(HttpContext context)
    {
        if (!SameOrigin.IsAllowed(context.Request))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "cross_origin",
                $"A page of '{context.Request.Headers.Origin}' may not use this gateway.",
                "Use the gateway's own pages, or a client that is no browser."));
        }
    }
}
