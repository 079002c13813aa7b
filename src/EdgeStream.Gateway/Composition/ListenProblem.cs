using System.Net;
using System.Net.Sockets;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Composition;

/// <summary>Says which port could not be opened, why, and what to change.</summary>
internal static class ListenProblem
{
    /// <summary>The error that ends the start, for a door of MQTT's own.</summary>
    public static StartException Explain(MqttListenerConfig listener, Exception error) =>
        Of(listener, CauseOf(error), error);

    /// <summary>The error that ends the start, for what listens through Kestrel.</summary>
    public static StartException Explain(GatewayConfig config, Exception error)
    {
        // Kestrel names the endpoint in its message only.
        foreach (var listener in config.MqttListeners)
        {
            if (listener is { IsWebSocket: true, Listen: { } listen }
                && error.Message.Contains($":{listen.Port}", StringComparison.Ordinal))
            {
                return Of(listener, CauseOf(error), error);
            }
        }

        return Of(new IPEndPoint(config.Http.Address, config.Http.Port).ToString(), "HTTP", "--http", "'http",
            CauseOf(error), error);
    }

    private static Exception CauseOf(Exception error)
    {
        while (error is not SocketException && error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }

    /// <summary>The error that ends the start, for the Kinesis API.</summary>
    public static StartException ExplainKinesis(KinesisConfig config, Exception error)
    {
        var cause = error;
        while (cause is not SocketException && cause.InnerException is not null)
        {
            cause = cause.InnerException;
        }

        var endpoint = new IPEndPoint(config.Listen.Address, config.Listen.Port).ToString();
        return Of(endpoint, "the Kinesis API", null, "'kinesis", cause, error);
    }

    private static StartException Of(MqttListenerConfig listener, Exception cause, Exception error)
    {
        if (listener.Listen is not { } listen)
        {
            return new StartException(ExitCode.Unavailable,
                $"Cannot listen on the Unix socket {listener.Path} for MQTT: {cause.Message}. Change 'path' of the "
                    + $"listener '{listener.Name}' in the configuration.", error);
        }

        var endpoint = new IPEndPoint(listen.Address, listen.Port).ToString();
        return listener.Name == MqttListenerConfig.ShortForm
            ? Of(endpoint, "MQTT", "--mqtt", "'mqtt", cause, error)
            : Of(endpoint, "MQTT", null, $"the listener '{listener.Name}", cause, error);
    }

    private static StartException Of(
        string endpoint, string protocol, string? flag, string section, Exception cause, Exception error)
    {
        var (problem, key) = (cause as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => ("the port is in use by another program", "port"),
            SocketError.AccessDenied => ("ports below 1024 need a privilege", "port"),
            SocketError.AddressNotAvailable => ("this machine does not have the address", "address"),
            _ => (cause.Message, "port"),
        };
        var remedy = flag is null
            ? $"Change '{key}' of {section}' in the configuration."
            : $"Choose another with {flag}-{key}, or {section}.{key}' in the configuration.";
        return new StartException(
            ExitCode.Unavailable, $"Cannot listen on {endpoint} for {protocol}: {problem}. {remedy}", error);
    }
}
