using System.CommandLine;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream validate</c>: checks a configuration without starting anything.</summary>
internal static class ValidateCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
        ["edgestream validate", "edgestream validate --config deploy/edgestream.yaml"];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var config = CommonOptions.Config();
        var command = new Command("validate", "Check a configuration file and say everything that is wrong with it.");
        command.Options.Add(config);
        command.SetAction(parsed => Validate(output, parsed.GetValue(config)));
        return command;
    }

    private static int Validate(CommandOutput output, string? named)
    {
        var file = ConfigLoader.Find(named);
        try
        {
            var config = ConfigLoader.Load(file, ConfigContext.OfProcess(new ConfigOverrides()));
            output.Out.WriteLine(
                $"{file ?? "built-in defaults"}: ok ({config.Streams.Count} streams, {config.Routes.Count} routes, "
                    + $"{config.Rules.Count} rules, {config.Deliveries.Count} deliveries)");
            foreach (var warning in config.Warnings)
            {
                output.Error.WriteLine($"warning: {warning}");
            }

            return ExitCode.Ok;
        }
        catch (ConfigException refused)
        {
            output.Error.WriteLine(refused.Message);
            return ExitCode.Config;
        }
    }
}
