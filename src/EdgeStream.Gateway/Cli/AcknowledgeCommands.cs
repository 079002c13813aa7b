using System.CommandLine;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream alerts ack</c> and <c>unack</c>: somebody takes care of an alert, or no longer
/// does.</summary>
internal static class AcknowledgeCommands
{
    /// <summary>The commands.</summary>
    public static Command[] Create(CommandOutput output) => [Acknowledge(output), Withdraw(output)];

    private static Command Acknowledge(CommandOutput output)
    {
        var id = new Argument<string>("id") { Description = "The alert's id, or the beginning of it." };
        var by = By();
        var comment = Comment();
        var url = CommonOptions.Url();
        var command = new Command(
            "ack", "Say that you take care of an alert: it is not told of again, and its line may end.")
        {
            id, by, comment, url,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var whole = await FindAsync(client, parsed.GetValue(id)!, cancellationToken);
            var body = CommandJson.Build(writer =>
            {
                writer.WriteString("by", parsed.GetValue(by));
                writer.WriteString("comment", parsed.GetValue(comment) ?? "");
            });
            using var answer = await client.PostOkAsync(PathOf(whole), body, cancellationToken);
            output.Out.WriteLine($"{whole} is acknowledged.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Withdraw(CommandOutput output)
    {
        var id = new Argument<string>("id") { Description = "The alert's id, or the beginning of it." };
        var url = CommonOptions.Url();
        var command = new Command("unack", "Take an acknowledgement back.") { id, url };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var whole = await FindAsync(client, parsed.GetValue(id)!, cancellationToken);
            using var answer = await client.DeleteOkAsync(PathOf(whole), cancellationToken);
            output.Out.WriteLine($"{whole} is no longer acknowledged.");
            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>Who does it; the user's name unless said otherwise.</summary>
    public static Option<string> By() => new("--by")
    {
        Description = "Who says so.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName,
    };

    /// <summary>Why.</summary>
    public static Option<string?> Comment() => new("--comment", "-m") { Description = "Why.", HelpName = "TEXT" };

    private static string PathOf(string id) => $"/api/alerts/{Uri.EscapeDataString(id)}/acknowledgement";

    private static async Task<string> FindAsync(
        GatewayClient client, string beginning, CancellationToken cancellationToken)
    {
        using var answer = await client.GetOkAsync("/api/alerts", cancellationToken);
        var found = new List<string>();
        foreach (var alert in answer.RootElement.GetProperty("alerts").EnumerateArray())
        {
            var id = alert.GetProperty("id").GetString()!;
            if (beginning.Length > 0 && id.StartsWith(beginning, StringComparison.Ordinal))
            {
                found.Add(id);
            }
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandException(
                ExitCode.Usage, $"There is no alert '{beginning}'; 'edgestream alerts' lists them."),
            _ => throw new CommandException(
                ExitCode.Usage, $"{found.Count} alerts begin with '{beginning}'; write more of the id."),
        };
    }
}
