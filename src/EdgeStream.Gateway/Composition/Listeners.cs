using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeStream.Gateway.Composition;

/// <summary>The open ports: MQTT's own, and HTTP and MQTT over WebSocket on one Kestrel, without configuration, HTTP/2
/// or host features that nobody uses. TLS is the MQTT listeners' own.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private const long RequestBodyBytesMax = (8 << 20) + 1024;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly ListenOptions _http;
    private readonly List<MqttSocketServer> _sockets;
    private readonly List<MqttDoor> _mqtt;

    private Listeners(
        WebApplication application, ListenOptions http, List<MqttSocketServer> sockets, List<MqttDoor> mqtt)
    {
        _application = application;
        _http = http;
        _sockets = sockets;
        _mqtt = mqtt;
    }

    /// <summary>Where HTTP listens, with the port that was picked if it was 0.</summary>
    public IPEndPoint Http => _http.IPEndPoint!;

    /// <summary>Where the first MQTT listener with a port listens.</summary>
    /// <exception cref="InvalidOperationException">All are Unix sockets.</exception>
    public IPEndPoint Mqtt => _mqtt.Find(door => door.EndPoint is IPEndPoint)?.EndPoint as IPEndPoint
        ?? throw new InvalidOperationException("No MQTT listener has a port.");

    /// <summary>Every MQTT listener's URL.</summary>
    public IReadOnlyList<string> MqttUrls => _mqtt.ConvertAll(door => door.Url);

    /// <summary>Opens all ports, HTTP's last: once <c>/health</c> answers, all are open.</summary>
    /// <exception cref="StartException">A port can't be opened.</exception>
    public static async Task<Listeners> StartAsync(
        GatewayConfig config, RequestDelegate http, MqttDoors doors, ILoggerFactory loggers)
    {
        ListenOptions? httpOptions = null;
        var overHttp = new Dictionary<MqttListenerConfig, ListenOptions>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = RequestBodyBytesMax;
            foreach (var listener in config.MqttListeners)
            {
                if (IsOverHttp(listener))
                {
                    options.Listen(listener.Listen!.Address, listener.Listen.Port, listen =>
                    {
                        listen.Protocols = HttpProtocols.Http1;
                        listen.Use(doors[listener.Name].Guard);
                        overHttp.Add(listener, listen);
                    });
                }
            }

            options.Listen(config.Http.Address, config.Http.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                httpOptions = listen;
            });
        });

        var application = builder.Build();
        application.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15),
        });
        application.Run(http);
        var sockets = new List<MqttSocketServer>();
        try
        {
            OpenSockets(config, doors, sockets);
            await application.StartAsync();
            return new Listeners(application, httpOptions!, sockets, DoorsOf(config, overHttp, sockets));
        }
        catch (StartException)
        {
            await CloseAsync(application, sockets);
            throw;
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            await CloseAsync(application, sockets);
            throw ListenProblem.Explain(config, error);
        }
    }

    /// <summary>Closes the ports and the connections.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_application, _sockets);

    /// <summary>Opens the MQTT listeners that have a socket of their own.</summary>
    private static void OpenSockets(GatewayConfig config, MqttDoors doors, List<MqttSocketServer> sockets)
    {
        foreach (var listener in config.MqttListeners)
        {
            if (IsOverHttp(listener))
            {
                continue;
            }

            try
            {
                UnixSockets.Prepare(listener);
                EndPoint endPoint = listener.Listen is { } address
                    ? new IPEndPoint(address.Address, address.Port)
                    : new UnixDomainSocketEndPoint(listener.Path);
                sockets.Add(MqttSocketServer.Start(endPoint, doors[listener.Name]));
                UnixSockets.SetMode(listener);
            }
            catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
            {
                throw ListenProblem.Explain(listener, error);
            }
        }
    }

    /// <summary>Where each MQTT listener listens, in the order of the configuration.</summary>
    private static List<MqttDoor> DoorsOf(
        GatewayConfig config,
        Dictionary<MqttListenerConfig, ListenOptions> overHttp,
        List<MqttSocketServer> sockets)
    {
        var opened = new List<MqttDoor>();
        var next = 0;
        foreach (var listener in config.MqttListeners)
        {
            var endPoint = IsOverHttp(listener) ? overHttp[listener].IPEndPoint! : sockets[next++].EndPoint;
            opened.Add(new MqttDoor(listener, endPoint));
        }

        return opened;
    }

    private static bool IsOverHttp(MqttListenerConfig listener) => listener is { IsWebSocket: true, Listen: not null };

    private static async ValueTask CloseAsync(WebApplication application, List<MqttSocketServer> sockets)
    {
        using var limit = new CancellationTokenSource(StopTime);
        var closing = sockets.ConvertAll(socket => socket.DisposeAsync().AsTask());
        try
        {
            await application.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that did not end in time are aborted by the server.
        }

        await application.DisposeAsync();
        await Task.WhenAll(closing);
    }
}
