using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Live;
using EdgeStream.Gateway.Logging;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>Finds who answers a request, and turns what goes wrong into an answer.</summary>
internal sealed class Router(GatewayParts parts, LiveHub live, MetricsEndpoint metrics, ILogger<Router> logger)
{
    private const string StreamsPrefix = "/api/streams/";
    private const string RecordsSuffix = "/records";
    private const string ShardsSuffix = "/shards";

    private readonly StaticFiles _files = new();
    private readonly HostNames _hosts =
        new(Environment.MachineName, parts.Config.NodeId, parts.Config.HttpHosts);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            if (context.Features.Get<MqttPeer>() is { } peer)
            {
                await MqttSocketEndpoint.HandleAsync(context, parts, peer, _hosts);
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

    private Task DispatchAsync(HttpContext context, string path) => path switch
    {
        "/health" => Get(context, () => HealthEndpoint.HandleAsync(context, parts)),
        "/metrics" => Get(context, () => metrics.HandleAsync(context)),
        "/api/status" => GetJson(context, StatusJson.Write),
        "/api/streams" => GetJson(context, StreamsJson.Write),
        "/api/devices" => GetJson(context, DevicesJson.Write),
        "/api/alerts" => GetJson(context, AlertsJson.Write),
        "/api/rules" => GetJson(context, RulesJson.Write),
        "/api/deliveries" => GetJson(context, DeliveriesJson.Write),
        MqttSocketEndpoint.Path when parts.Config.MqttWebSocket =>
            Get(context, () => MqttSocketEndpoint.HandleAsync(context, parts)),
        "/api/live" => Get(context, () => LiveEndpoint.HandleAsync(context, live, parts)),
        _ when path.StartsWith(StreamsPrefix, StringComparison.Ordinal)
            && path.EndsWith(RecordsSuffix, StringComparison.Ordinal)
            && path.Length > StreamsPrefix.Length + RecordsSuffix.Length =>
                RecordsAsync(context, path[StreamsPrefix.Length..^RecordsSuffix.Length]),
        _ when path.StartsWith(StreamsPrefix, StringComparison.Ordinal)
            && path.EndsWith(ShardsSuffix, StringComparison.Ordinal)
            && path.Length > StreamsPrefix.Length + ShardsSuffix.Length =>
                ShardsAsync(context, path[StreamsPrefix.Length..^ShardsSuffix.Length]),
        _ => FileAsync(context, path),
    };

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

    private Task RecordsAsync(HttpContext context, string name)
    {
        var stream = FindStream(name);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            RequireSameOrigin(context);
            return RecordsWriteEndpoint.HandleAsync(context, parts, stream);
        }

        return Get(context, () => RecordsReadEndpoint.HandleAsync(context, parts, stream), "GET, HEAD, POST");
    }

    private Task ShardsAsync(HttpContext context, string name)
    {
        var stream = FindStream(name);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            throw NotAllowed(context, "POST");
        }

        RequireSameOrigin(context);
        return ShardsEndpoint.HandleAsync(context, parts, stream);
    }

    private DataStream FindStream(string name) => parts.Store.TryGet(name, out var stream)
        ? stream
        : throw new ApiException(ApiError.NoStream(name, parts.Store.Streams.Select(s => s.Name)));

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
                "The API: /api/status, /api/streams, /api/streams/{name}/records and /shards, /api/devices, "
                    + "/api/alerts, /api/rules, "
                    + "/api/deliveries, /api/live, /health, /metrics, and MQTT over WebSocket at /mqtt."));
        }
    }

    private Task GetJson(HttpContext context, Action<Utf8JsonWriter, GatewayParts> write) =>
        Get(context, () => JsonReply.WriteAsync(context, StatusCodes.Status200OK, parts, write));

    private static Task Get(HttpContext context, Func<Task> handle, string allowed = "GET, HEAD") =>
        IsGet(context) ? handle() : throw NotAllowed(context, allowed);

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
