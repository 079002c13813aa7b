using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Config;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeStream.Gateway.Composition;

/// <summary>The open ports: HTTP and MQTT on one Kestrel, without configuration, HTTP/2 or host features that nobody
/// uses. TLS is the MQTT listeners' own.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private const long RequestBodyBytesMax = (8 << 20) + 1024;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly ListenOptions _http;
    private readonly List<(MqttListenerConfig Config, ListenOptions Options)> _mqtt;

    private Listeners(
        WebApplication application, ListenOptions http, List<(MqttListenerConfig Config, ListenOptions Options)> mqtt)
    {
        _application = application;
        _http = http;
        _mqtt = mqtt;
    }

    /// <summary>Where HTTP listens, with the port that was picked if it was 0.</summary>
    public IPEndPoint Http => _http.IPEndPoint!;

    /// <summary>Where the first MQTT listener with a port listens.</summary>
    /// <exception cref="InvalidOperationException">All are Unix sockets.</exception>
    public IPEndPoint Mqtt => _mqtt.Find(listener => listener.Options.IPEndPoint is not null).Options?.IPEndPoint
        ?? throw new InvalidOperationException("No MQTT listener has a port.");

    /// <summary>Every MQTT listener's URL.</summary>
    public IReadOnlyList<string> MqttUrls => _mqtt.ConvertAll(UrlOf);

    /// <summary>Opens all ports.</summary>
    /// <exception cref="StartException">A port can't be opened.</exception>
    public static async Task<Listeners> StartAsync(
        GatewayConfig config, RequestDelegate http, MqttDoors doors, ILoggerFactory loggers)
    {
        ListenOptions? httpOptions = null;
        var mqtt = new List<(MqttListenerConfig Config, ListenOptions Options)>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = RequestBodyBytesMax;
            options.Listen(config.Http.Address, config.Http.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                httpOptions = listen;
            });
            foreach (var listener in config.MqttListeners)
            {
                Listen(options, listener, listen =>
                {
                    mqtt.Add((listener, listen));
                    Serve(listen, listener, doors);
                });
            }
        });

        var application = builder.Build();
        application.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15),
        });
        application.Run(http);
        try
        {
            foreach (var listener in config.MqttListeners)
            {
                UnixSockets.Prepare(listener);
            }

            await application.StartAsync();
            foreach (var listener in config.MqttListeners)
            {
                UnixSockets.SetMode(listener);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            await application.DisposeAsync();
            throw ListenProblem.Explain(config, error);
        }

        return new Listeners(application, httpOptions!, mqtt);
    }

    /// <summary>Closes the ports and the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            await _application.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that did not end in time are aborted by the server.
        }

        await _application.DisposeAsync();
    }

    private static void Listen(
        KestrelServerOptions options, MqttListenerConfig listener, Action<ListenOptions> configure)
    {
        if (listener.Listen is { } listen)
        {
            options.Listen(listen.Address, listen.Port, configure);
        }
        else
        {
            options.ListenUnixSocket(listener.Path, configure);
        }
    }

    private static void Serve(ListenOptions listen, MqttListenerConfig listener, MqttDoors doors)
    {
        if (listener.IsWebSocket)
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(doors[listener.Name].Guard);
        }
        else
        {
            var serve = doors[listener.Name].ServeAsync;
            listen.Use(_ => connection => serve(connection));
        }
    }

    private static string UrlOf((MqttListenerConfig Config, ListenOptions Options) listener) =>
        listener.Config.Listen is null ? $"unix:{listener.Config.Path}"
        : listener.Config.IsWebSocket
            ? $"{listener.Config.Scheme}://{listener.Options.IPEndPoint}{listener.Config.Path}"
            : $"{listener.Config.Scheme}://{listener.Options.IPEndPoint}";
}
