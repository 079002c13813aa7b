using System.CommandLine;
using System.Globalization;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream deliveries flush</c>: has deliveries send now.</summary>
internal static class FlushCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream deliveries flush",
        "edgestream deliveries flush upstream && edgestream deliveries drain upstream",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var names = new Argument<string[]>("name")
        {
            Description = "The deliveries. Default: all.", Arity = ArgumentArity.ZeroOrMore,
        };
        var url = CommonOptions.Url();
        var command = new Command(
            "flush",
            "Have deliveries send what they have collected without waiting for their buffer, and try now what they "
                + "would try again later. Outside of its windows, or when its month is used up, none begins all the "
                + "same. 'drain' follows them.")
        {
            names, url,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var asked = parsed.GetValue(names) is { Length: > 0 } some ? some
                : await AllAsync(client, cancellationToken);
            foreach (var name in asked)
            {
                using var answer = await client.PostOkAsync(
                    $"/api/deliveries/{Uri.EscapeDataString(name)}/flush", [], cancellationToken);
                output.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: {answer.RootElement.GetProperty("backlogRecords").GetInt64()} records wait"));
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static async Task<string[]> AllAsync(GatewayClient client, CancellationToken cancellationToken)
    {
        using var answer = await client.GetOkAsync("/api/deliveries", cancellationToken);
        return [.. answer.RootElement.GetProperty("deliveries").EnumerateArray()
            .Select(delivery => delivery.GetProperty("name").GetString()!)];
    }
}
