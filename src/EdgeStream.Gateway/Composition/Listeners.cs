using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Config;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeStream.Gateway.Composition;

/// <summary>The open ports: HTTP and MQTT on one Kestrel, without configuration, TLS, HTTP/2 or host features that
/// nobody uses.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private const long RequestBodyBytesMax = (8 << 20) + 1024;
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly ListenOptions _http;
    private readonly ListenOptions _mqtt;

    private Listeners(WebApplication application, ListenOptions http, ListenOptions mqtt)
    {
        _application = application;
        _http = http;
        _mqtt = mqtt;
    }

    /// <summary>Where HTTP listens, with the port that was picked if it was 0.</summary>
    public IPEndPoint Http => _http.IPEndPoint!;

    /// <summary>Where MQTT listens.</summary>
    public IPEndPoint Mqtt => _mqtt.IPEndPoint!;

    /// <summary>Opens both ports.</summary>
    /// <exception cref="StartException">A port can't be opened.</exception>
    public static async Task<Listeners> StartAsync(
        GatewayConfig config, RequestDelegate http, ConnectionDelegate mqtt, ILoggerFactory loggers)
    {
        ListenOptions? httpOptions = null;
        ListenOptions? mqttOptions = null;
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
            options.Listen(config.Mqtt.Address, config.Mqtt.Port, listen =>
            {
                listen.Use(_ => mqtt);
                mqttOptions = listen;
            });
        });

        var application = builder.Build();
        application.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15),
        });
        application.Run(http);
        try
        {
            await application.StartAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw Explain(config, error);
        }

        return new Listeners(application, httpOptions!, mqttOptions!);
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

    private static StartException Explain(GatewayConfig config, Exception error)
    {
        var cause = error;
        while (cause is not SocketException && cause.InnerException is not null)
        {
            cause = cause.InnerException;
        }

        // Kestrel names the endpoint in its message only.
        var isMqtt = error.Message.Contains($":{config.Mqtt.Port}", StringComparison.Ordinal);
        var (name, listen, flag) = isMqtt ? ("mqtt", config.Mqtt, "--mqtt") : ("http", config.Http, "--http");
        var endpoint = new IPEndPoint(listen.Address, listen.Port);
        var (problem, key, option) = (cause as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => ("the port is in use by another program", "port", "-port"),
            SocketError.AccessDenied => ("ports below 1024 need a privilege", "port", "-port"),
            SocketError.AddressNotAvailable => ("this machine does not have the address", "address", "-address"),
            _ => (cause.Message, "port", "-port"),
        };
        return new StartException(ExitCode.Unavailable,
            $"Cannot listen on {endpoint} for {name.ToUpperInvariant()}: {problem}. Choose another with "
                + $"{flag}{option}, "
                + $"or '{name}.{key}' in the configuration.", error);
    }
}
