using System.CommandLine;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream deliveries drain</c>: follows deliveries until what waits now has gone.</summary>
internal static class DrainCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream deliveries drain",
        "edgestream deliveries drain upstream --timeout 10m && poweroff",
    ];

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var names = new Argument<string[]>("name")
        {
            Description = "The deliveries. Default: all.", Arity = ArgumentArity.ZeroOrMore,
        };
        var url = CommonOptions.Url();
        var timeout = new Option<TimeSpan?>("--timeout")
        {
            Description = "Give up after this, such as 90s or 10m. Default: never.",
            HelpName = "TIME",
            CustomParser = static result =>
            {
                if (DurationText.TryParse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", out var duration))
                {
                    return duration;
                }

                result.AddError($"'--timeout' allows: {DurationText.Allowed}.");
                return null;
            },
        };
        var command = new Command(
            "drain",
            "Follow deliveries until all that waits at the beginning is delivered or settled otherwise; the gateway "
                + "goes on as it would anyway. Exits with 0 then, with 75 when the timeout or an interrupt came first, "
                + "and with 69 when the gateway or a delivery has gone.")
        {
            names, url, timeout,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            return await FollowAsync(
                output, client, parsed.GetValue(names) ?? [], parsed.GetValue(timeout), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> FollowAsync(
        CommandOutput output, GatewayClient client, string[] names, TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var drain = new DrainProgress(output);
        try
        {
            using (var first = await client.GetOkAsync("/api/deliveries", bounded.Token))
            {
                drain.Begin(first.RootElement.GetProperty("deliveries"), names);
            }

            if (timeout is { } limit)
            {
                bounded.CancelAfter(limit);
            }

            while (!drain.IsDone)
            {
                await Task.Delay(Interval, bounded.Token);
                using var next = await client.GetOkAsync("/api/deliveries", bounded.Token);
                drain.Update(next.RootElement.GetProperty("deliveries"));
            }

            drain.End("drained");
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            drain.End(cancellationToken.IsCancellationRequested ? "interrupted" : "the timeout came first");
            return ExitCode.NotYet;
        }
    }
}
