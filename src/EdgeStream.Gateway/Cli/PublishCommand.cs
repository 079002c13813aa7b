using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream publish</c>: sends one MQTT message to a gateway, or any other server.</summary>
internal static class PublishCommand
{
    private const int PayloadBytesMax = 16 << 20;
    private const int PortDefault = 1883;
    private const string HostDefault = "127.0.0.1";

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream publish greenhouse/north '{\"temperature\":21.5}'",
        "edgestream publish tank/level 71.3 --qos 2 --retain",
        "sensors -j | edgestream publish host/sensors - --host pi",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var topic = new Argument<string>("topic") { Description = "The topic name." };
        var payload = new Argument<string?>("payload")
        {
            Description = "The payload; - reads it from standard input, nothing sends an empty one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var qos = new Option<int>("--qos", "-q")
        {
            Description = "0, 1 or 2.", HelpName = "QOS", DefaultValueFactory = _ => 1,
        };
        qos.AcceptOnlyFromAmong("0", "1", "2");
        var retain = new Option<bool>("--retain", "-r") { Description = "Keep it as the topic's retained message." };
        var host = new Option<string>("--host")
        {
            Description = "The server.", HelpName = "HOST", DefaultValueFactory = _ => HostDefault,
        };
        var port = new Option<int>("--port", "-p")
        {
            Description = "Its TCP port.", HelpName = "PORT", DefaultValueFactory = _ => PortDefault,
        };
        var command = new Command("publish", "Publish one MQTT message.") { topic, payload, qos, retain, host, port };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            var message = new MqttMessage
            {
                Topic = parsed.GetValue(topic)!,
                Payload = await ReadPayloadAsync(output, parsed.GetValue(payload), cancellationToken),
                Qos = (MqttQos)parsed.GetValue(qos),
                Retain = parsed.GetValue(retain),
            };
            return await PublishAsync(parsed.GetValue(host)!, parsed.GetValue(port), message, cancellationToken);
        }));
        return command;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadPayloadAsync(
        CommandOutput output, string? payload, CancellationToken cancellationToken)
    {
        if (payload != "-")
        {
            return Encoding.UTF8.GetBytes(payload ?? "");
        }

        await using var input = output.In();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.Length <= PayloadBytesMax
            ? bytes.ToArray()
            : throw new CommandException(ExitCode.InputOutput, "Standard input holds more than 16 MiB.");
    }

    private static async Task<int> PublishAsync(
        string host, int port, MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var options = new MqttClientOptions();
            await using var client = await MqttClient.ConnectAsync(host, port, options, cancellationToken);
            var reason = await client.PublishAsync(message, cancellationToken);
            await client.DisconnectAsync();
            return reason < MqttReasonCode.UnspecifiedError
                ? ExitCode.Ok
                : throw new CommandException(ExitCode.Unavailable, $"{host}:{port} refused the message: {reason}.");
        }
        catch (Exception error) when (error is SocketException or MqttProtocolException or IOException)
        {
            throw new CommandException(
                ExitCode.Unavailable, $"{host}:{port} did not take the message: {error.Message}");
        }
        catch (ArgumentException error)
        {
            throw new CommandException(ExitCode.Usage, error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Unavailable, $"{host}:{port} did not answer in time.");
        }
    }
}
