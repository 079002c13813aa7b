using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream sensors</c>: what the kernel of this machine has, and how the configuration would read
/// it.</summary>
internal static class SensorsCommand
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(3);

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream sensors list",
        "edgestream sensors list --lines",
        "edgestream sensors list --buffers",
        "edgestream sensors list | cut -f 4",
        "edgestream sensors list --json",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var sensors = new Command("sensors", "Show the sensors, buffers and lines that the kernel has.");
        var list = List(output);
        list.Options.Add(help(Examples));
        sensors.Subcommands.Add(list);
        return sensors;
    }

    private static Command List(CommandOutput output)
    {
        var lines = new Option<bool>("--lines") { Description = "Show the lines (GPIO) instead." };
        var buffers = new Option<bool>("--buffers") { Description = "Show the chips that capture (IIO) instead." };
        var json = CommonOptions.Json();
        var root = new Option<string>("--root")
        {
            Description = "The folder that holds sys and dev.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => "/",
        };
        var command = new Command(
            "list", "List what there is, what it says now, and the line of a source's configuration that reads it.")
        {
            lines, buffers, root, json,
        };
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, async () =>
        {
            var folder = parsed.GetValue(root)!;
            if (parsed.GetValue(lines))
            {
                WriteLines(output, GpioChips.List(folder), parsed.GetValue(json));
                return ExitCode.Ok;
            }

            if (parsed.GetValue(buffers))
            {
                WriteBuffers(output, IioBuffers.List(folder), parsed.GetValue(json));
                return ExitCode.Ok;
            }

            var found = await SensorOffers.ListAsync(folder, TimeoutDefault);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(JsonOf(writer => WriteJson(writer, found)));
            }
            else
            {
                Write(output, found);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Write(CommandOutput output, IReadOnlyList<OfferedSensor> found)
    {
        if (found.Count == 0)
        {
            output.Error.WriteLine("The kernel has no sensors: no driver is loaded, or no chip is connected.");
            return;
        }

        var table = new TextTable("SENSOR", "NOW", "UNIT", "IN THE CONFIGURATION, BELOW kernel: sensors:");
        foreach (var sensor in found)
        {
            var now = sensor.Value?.ToString(CultureInfo.InvariantCulture) ?? sensor.Text ?? "-";
            table.Add(sensor.Sensor, now, sensor.Unit, $"- {{name: {sensor.Name}, sensor: {Quoted(sensor.Sensor)}}}");
        }

        table.Write(output.Out, output.IsTerminal);
        foreach (var sensor in found)
        {
            if (sensor.Problem is { } problem)
            {
                output.Error.WriteLine($"{sensor.Sensor}: {problem}");
            }
        }
    }

    /// <summary>What means something to YAML stands in quotes.</summary>
    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(":{}[],&*#?|<>=!%@'\"") < 0 ? text : $"'{text.Replace("'", "''")}'";

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<OfferedSensor> found)
    {
        writer.WriteStartArray();
        foreach (var sensor in found)
        {
            writer.WriteStartObject();
            writer.WriteString("sensor", sensor.Sensor);
            writer.WriteString("name", sensor.Name);
            writer.WriteString("unit", sensor.Unit);
            if (sensor.Value is { } number)
            {
                writer.WriteNumber("value", number);
            }
            else
            {
                writer.WriteString("value", sensor.Text);
            }

            writer.WriteString("problem", sensor.Problem);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLines(CommandOutput output, IReadOnlyList<OfferedLine> found, bool isJson)
    {
        if (isJson)
        {
            output.Out.WriteLine(JsonOf(writer => WriteJson(writer, found)));
            return;
        }

        if (found.Count == 0)
        {
            output.Error.WriteLine("The kernel has no lines, or the user has no access to /dev/gpiochip*.");
            return;
        }

        var table = new TextTable("CHIP", "LINE", "NAME", "USED BY", "IN THE CONFIGURATION, BELOW kernel: lines:");
        foreach (var line in found)
        {
            table.Add(line.Chip, $"{line.Line}", line.Name, line.User,
                line.User.Length > 0 ? "" : $"- {{name: line_{line.Line}, chip: {line.Chip}, line: {line.Line}}}");
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<OfferedLine> found)
    {
        writer.WriteStartArray();
        foreach (var line in found)
        {
            writer.WriteStartObject();
            writer.WriteString("chip", line.Chip);
            writer.WriteString("label", line.Label);
            writer.WriteNumber("line", line.Line);
            writer.WriteString("name", line.Name);
            writer.WriteString("usedBy", line.User);
            writer.WriteBoolean("output", line.IsOutput);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteBuffers(CommandOutput output, IReadOnlyList<OfferedBuffer> found, bool isJson)
    {
        if (isJson)
        {
            output.Out.WriteLine(JsonOf(writer => WriteJson(writer, found)));
            return;
        }

        if (found.Count == 0)
        {
            output.Error.WriteLine("The kernel has no chip that captures: no driver with a buffer is loaded.");
            return;
        }

        var table = new TextTable("CHIP", "RATE", "TRIGGERS", "IN THE CONFIGURATION, BELOW kernel: buffers:");
        foreach (var buffer in found)
        {
            var trigger = buffer.Trigger.Length > 0 ? buffer.Trigger : buffer.Triggers.FirstOrDefault("");
            table.Add(
                buffer.Chip,
                buffer.Rate?.ToString(CultureInfo.InvariantCulture) ?? "-",
                string.Join(' ', buffer.Triggers),
                $"- {{chip: {Quoted(buffer.Chip)}, channels: [{string.Join(", ", buffer.Channels)}]"
                    + (trigger.Length > 0 ? $", trigger: {Quoted(trigger)}}}" : "}"));
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<OfferedBuffer> found)
    {
        writer.WriteStartArray();
        foreach (var buffer in found)
        {
            writer.WriteStartObject();
            writer.WriteString("chip", buffer.Chip);
            WriteTexts(writer, "channels", buffer.Channels);
            writer.WriteString("trigger", buffer.Trigger);
            WriteTexts(writer, "triggers", buffer.Triggers);
            if (buffer.Rate is { } rate)
            {
                writer.WriteNumber("rate", rate);
            }
            else
            {
                writer.WriteNull("rate");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string JsonOf(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
