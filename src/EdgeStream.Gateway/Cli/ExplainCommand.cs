using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream explain</c>: what the routes of a configuration make of one message.</summary>
/// <remarks>Asks no gateway and stores nothing. What devices have said before (births of Sparkplug, announcements of
/// Home Assistant) is not known here.</remarks>
internal static class ExplainCommand
{
    private const int PayloadBytesMax = 16 << 20;

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream explain greenhouse/north '{\"temperature\":21.5}'",
        "edgestream explain tele/plug-3/SENSOR @capture.json --config my.yaml",
        "mosquitto_sub -t spBv1.0/plant/NBIRTH/edge-1 -C 1 -N | edgestream explain spBv1.0/plant/NBIRTH/edge-1",
        "edgestream explain site/a/b 21.5 --json",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var topic = new Argument<string>("topic") { Description = "The topic name." };
        var payload = new Argument<string?>("payload")
        {
            Description = "The payload; @FILE reads it from a file, - or nothing from standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var client = new Option<string?>("--client-id")
        {
            Description = "The sender's MQTT client id.", HelpName = "ID",
        };
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var command = new Command(
            "explain", "Show which route takes a message, what is read of it and where it goes; exits with 1 when it "
                + "goes to dead-letter.")
        {
            topic, payload, client, config, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            var name = parsed.GetValue(topic)!;
            var bytes = await ReadPayloadAsync(output, parsed.GetValue(payload), cancellationToken);
            try
            {
                var routes = ConfigLoader.Load(ConfigLoader.Find(parsed.GetValue(config)), ConfigContext.ToRead())
                    .Routes;
                var explanation = Explain(routes, parsed.GetValue(client), name, bytes);
                Write(output, name, bytes.Length, explanation, parsed.GetValue(json));
                return explanation.Problem is null ? ExitCode.Ok : ExitCode.Unhealthy;
            }
            catch (ConfigException refused)
            {
                output.Error.WriteLine(refused.Message);
                return ExitCode.Config;
            }
        }));
        return command;
    }

    private static Explanation Explain(
        IReadOnlyList<RouteDefinition> routes, string? clientId, string topic, ReadOnlyMemory<byte> payload)
    {
        var memory = new DialectMemory(null, null, NullLogger<DialectMemory>.Instance);
        var explainer = new RouteExplainer(new Devices.Router(routes), memory);
        return explainer.Explain(
            clientId, Encoding.UTF8.GetBytes(topic), payload.Span, Timestamp.From(TimeProvider.System.GetUtcNow()));
    }

    private static async Task<ReadOnlyMemory<byte>> ReadPayloadAsync(
        CommandOutput output, string? payload, CancellationToken cancellationToken)
    {
        if (payload is not (null or "-") && !payload.StartsWith('@'))
        {
            return Encoding.UTF8.GetBytes(payload);
        }

        var isFile = payload?.StartsWith('@') == true;
        await using var input = isFile ? File.OpenRead(payload![1..]) : output.In();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.Length <= PayloadBytesMax
            ? bytes.ToArray()
            : throw new CommandException(ExitCode.InputOutput, "The payload holds more than 16 MiB.");
    }

    private static void Write(
        CommandOutput output, string topic, int payloadBytes, Explanation explanation, bool isJson)
    {
        if (isJson)
        {
            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes))
            {
                WriteJson(writer, topic, payloadBytes, explanation);
            }

            output.Out.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
            return;
        }

        var text = output.Out;
        text.WriteLine($"topic    {topic} ({payloadBytes} bytes)");
        if (explanation is { Definition: { } route, Route: { } index })
        {
            text.WriteLine($"route    {index + 1} of {explanation.RouteCount}: {route.Topic}");
            foreach (var (name, value) in explanation.Captures)
            {
                text.WriteLine($"         {{{name}}} = {value}");
            }

            text.WriteLine($"read as  {(route.Dialect.Length > 0 ? route.Dialect : $"decoder {route.Decoder}")}");
            foreach (var hidden in explanation.Hidden)
            {
                text.WriteLine($"         (route {hidden + 1} matches too, and does not get it)");
            }
        }

        foreach (var record in explanation.Records)
        {
            text.WriteLine($"goes to  stream {explanation.Definition!.Stream}, key {record.Key}");
            text.WriteLine($"         device {record.Device}");
            text.WriteLine($"         time {record.EventTime?.ToString() ?? "of arrival"} ({record.TimeQuality})");
            text.WriteLine($"         {record.Data}");
        }

        if (explanation.Problem is { } problem)
        {
            text.WriteLine("goes to  dead-letter");
            text.WriteLine($"reason   {problem}");
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, string topic, int payloadBytes, Explanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteString("topic", topic);
        writer.WriteNumber("payloadBytes", payloadBytes);
        writer.WriteNumber("routes", explanation.RouteCount);
        if (explanation is { Definition: { } route, Route: { } index })
        {
            writer.WriteNumber("route", index);
            writer.WriteString("routeTopic", route.Topic);
            writer.WriteString("dialect", route.Dialect);
            writer.WriteString("stream", route.Stream);
            writer.WriteStartObject("captures");
            foreach (var (name, value) in explanation.Captures)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteStartArray("records");
        foreach (var record in explanation.Records)
        {
            writer.WriteStartObject();
            writer.WriteString("key", record.Key);
            writer.WriteString("device", record.Device);
            if (record.EventTime is { } time)
            {
                writer.WriteString("eventTime", time.ToString());
            }

            writer.WriteString("timeQuality", record.TimeQuality);
            writer.WritePropertyName("data");
            writer.WriteRawValue(record.Data);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (explanation.Problem is { } problem)
        {
            writer.WriteString("deadLetter", problem);
        }

        writer.WriteEndObject();
    }
}
