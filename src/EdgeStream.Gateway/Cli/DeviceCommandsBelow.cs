using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream devices show</c>, <c>name</c>, <c>forget</c> and <c>twin</c>.</summary>
internal static class DeviceCommandsBelow
{
    /// <summary>The commands, with command lines for their help.</summary>
    public static (Command Command, string[] Examples)[] Create(CommandOutput output) =>
    [
        (Show(output), ["edgestream devices show site/kiln-1"]),
        (Name(output), ["edgestream devices name kiln-1 'Kiln, hall 2'", "edgestream devices name kiln-1 ''"]),
        (Forget(output), ["edgestream devices forget old-sensor"]),
        (Twin(output),
            [
                "edgestream devices twin kiln-1",
                "edgestream devices twin kiln-1 --set '{\"interval\":10,\"oldMember\":null}'",
                "edgestream devices twin kiln-1 --set '{\"interval\":10}' --if-version 3",
            ]),
    ];

    private static Command Show(CommandOutput output)
    {
        var id = Id();
        var url = CommonOptions.Url();
        var command = new Command("show", "What is known of one device, as JSON.") { id, url };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync(PathOf(parsed.GetValue(id)!), cancellationToken);
            output.Out.WriteLine(answer.RootElement.GetRawText());
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Name(CommandOutput output)
    {
        var id = Id();
        var name = new Argument<string>("name") { Description = "The name for people; empty takes it away." };
        var url = CommonOptions.Url();
        var command = new Command("name", "Give a device a name for people.") { id, name, url };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            var body = CommandJson.Build(writer => writer.WriteString("alias", parsed.GetValue(name)));
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.PatchOkAsync(PathOf(parsed.GetValue(id)!), body, cancellationToken);
            output.Out.WriteLine(parsed.GetValue(name) is { Length: > 0 } given
                ? $"{parsed.GetValue(id)} is called {given}." : $"{parsed.GetValue(id)} has no other name.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Forget(CommandOutput output)
    {
        var id = Id();
        var url = CommonOptions.Url();
        var command = new Command(
            "forget", "Forget a device, its twin, and what Home Assistant was told of it. Its records stay.")
        {
            id, url,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.DeleteOkAsync(PathOf(parsed.GetValue(id)!), cancellationToken);
            output.Out.WriteLine($"{parsed.GetValue(id)} is forgotten.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Twin(CommandOutput output)
    {
        var id = Id();
        var set = new Option<string?>("--set")
        {
            Description = "Changes what is desired: a JSON object of the members to change; null takes one away.",
            HelpName = "JSON",
        };
        var version = new Option<long?>("--if-version")
        {
            Description = "Only while what is desired has this version.", HelpName = "N",
        };
        var url = CommonOptions.Url();
        var command = new Command("twin", "What a device is to be and what it is, as JSON; or change what it is to be.")
        {
            id, set, version, url,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var path = PathOf(parsed.GetValue(id)!) + "/twin";
            using var answer = parsed.GetValue(set) is { } state
                ? await client.PatchOkAsync(path, BodyOf(state, parsed.GetValue(version)), cancellationToken)
                : await client.GetOkAsync(path, cancellationToken);
            output.Out.WriteLine(answer.RootElement.GetRawText());
            return ExitCode.Ok;
        }));
        return command;
    }

    private static byte[] BodyOf(string state, long? version)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(state));
            return CommandJson.Build(writer =>
            {
                writer.WritePropertyName("state");
                document.RootElement.WriteTo(writer);
                if (version is { } expected)
                {
                    writer.WriteNumber("version", expected);
                }
            });
        }
        catch (JsonException error)
        {
            throw new CommandException(ExitCode.Usage, $"--set is not JSON: {error.Message}");
        }
    }

    private static Argument<string> Id() => new("device") { Description = "The device's id, as 'devices' lists it." };

    /// <summary>A '/' in an id stays one id.</summary>
    private static string PathOf(string id) => $"/api/devices/{Uri.EscapeDataString(id)}";
}
