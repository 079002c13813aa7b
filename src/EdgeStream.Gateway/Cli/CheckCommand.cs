using System.CommandLine;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream check</c>: asks <c>/health</c>, for scripts and containers.</summary>
internal static class CheckCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
        ["edgestream check && echo all is well", "edgestream check --url http://pi:8080"];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var url = CommonOptions.Url();
        var command = new Command(
            "check", "Ask a running gateway how it does; exits with 0 when it does its job, else 1.") { url };
        command.SetAction((parsed, cancellationToken) => CheckAsync(output, parsed.GetValue(url)!, cancellationToken));
        return command;
    }

    private static async Task<int> CheckAsync(CommandOutput output, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new GatewayClient(url);
            var (status, answer) = await client.GetAsync("/health", cancellationToken);
            using (answer)
            {
                output.Out.WriteLine(answer.RootElement.GetProperty("status").GetString());
                foreach (var check in answer.RootElement.GetProperty("checks").EnumerateArray())
                {
                    output.Out.WriteLine($"  {check.GetProperty("status").GetString(),-9} "
                        + $"{check.GetProperty("name").GetString()}: {check.GetProperty("detail").GetString()}");
                }
            }

            return status == StatusCodes.Status200OK ? ExitCode.Ok : ExitCode.Unhealthy;
        }
        catch (CommandException refused)
        {
            output.Error.WriteLine($"edgestream: {refused.Message}");
            return ExitCode.Unhealthy;
        }
    }
}
