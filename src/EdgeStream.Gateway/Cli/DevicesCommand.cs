using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream devices</c>: every device that a running gateway has seen.</summary>
internal static class DevicesCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream devices",
        "edgestream devices --json | jq '.devices[] | select(.clockOff)'",
        "edgestream devices show site/kiln-1",
        "edgestream devices name kiln-1 'Kiln, hall 2'",
        "edgestream devices twin kiln-1 --set '{\"interval\":10}'",
        "edgestream devices forget old-sensor",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("devices", "List the devices that a running gateway has seen, or look after one.")
        {
            url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync("/api/devices", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
            }
            else
            {
                Write(output, answer.RootElement.GetProperty("devices"));
            }

            return ExitCode.Ok;
        }));
        foreach (var (below, examples) in DeviceCommandsBelow.Create(output))
        {
            below.Options.Add(help(examples));
            command.Subcommands.Add(below);
        }

        return command;
    }

    private static void Write(CommandOutput output, JsonElement devices)
    {
        var table = new TextTable(
            "DEVICE", "name", "dialect", "READINGS", "READINGS/S", "LAST SEEN", "CLOCK", "BATTERY", "SIGNAL", "MISSING",
            "REPEATED", "firmware");
        foreach (var device in devices.EnumerateArray())
        {
            var rate = device.GetProperty("readingsPerSecond").GetDouble();
            table.Add(
                device.GetProperty("id").GetString()!,
                Text(device, "alias"),
                Text(device, "dialect", "source"),
                device.GetProperty("readings").GetRawText(),
                rate.ToString("0.###", CultureInfo.InvariantCulture),
                device.GetProperty("lastSeen").GetString()!,
                ClockOf(device),
                Number(device, "batteryPercent", "%"),
                Number(device, "rssiDbm", " dBm", Number(device, "linkQuality", "")),
                device.GetProperty("missing").GetRawText(),
                device.GetProperty("repeated").GetRawText(),
                Text(device, "firmware"));
        }

        table.Write(output.Out, output.IsTerminal);
    }

    /// <summary>How far the clock is off, where it is; <c>ok</c> where it is not.</summary>
    private static string ClockOf(JsonElement device) =>
        !device.TryGetProperty("clockOffsetSeconds", out var offset) ? "-"
        : !device.GetProperty("clockOff").GetBoolean() ? "ok"
        : offset.GetDouble().ToString("+0;-0", CultureInfo.InvariantCulture) + " s";

    private static string Number(JsonElement device, string name, string unit, string otherwise = "-") =>
        device.TryGetProperty(name, out var number) ? number.GetRawText() + unit : otherwise;

    private static string Text(JsonElement device, string name, string? otherwise = null) =>
        device.TryGetProperty(name, out var text) && text.GetString() is { Length: > 0 } there ? there
        : otherwise is null ? "-" : Text(device, otherwise);
}
