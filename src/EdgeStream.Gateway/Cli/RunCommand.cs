using System.CommandLine;
using System.Globalization;
using System.Net;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream run</c>: the gateway itself, until SIGTERM or SIGINT; SIGHUP reads the configuration
/// again.</summary>
internal static class RunCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream run",
        "edgestream run --demo --data /tmp/edgestream",
        "edgestream run --config deploy/edgestream.yaml --http-address 0.0.0.0 --http-port 80",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var command = new Command("run", "Run the gateway (also without a command).");
        AddTo(command, output);
        return command;
    }

    /// <summary>Gives a command the options and the work of <c>run</c>.</summary>
    public static void AddTo(Command command, CommandOutput output)
    {
        var config = CommonOptions.Config();
        var data = new Option<string?>("--data", "-d")
        {
            Description = "The data folder, before 'node.dataFolder'.", HelpName = "FOLDER",
        };
        data.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Names.Folder(result.Tokens[0].Value) is { } problem)
            {
                result.AddError($"--data {problem}.");
            }
        });
        var httpAddress = Address("--http-address", "http.address");
        var httpPort = Port("--http-port", "http.port");
        var mqttAddress = Address("--mqtt-address", "mqtt.address");
        var mqttPort = Port("--mqtt-port", "mqtt.port");
        var demo = new Option<bool>("--demo")
        {
            Description = "Add simulated sensors, labelled as simulated, and a rule for each.",
        };
        foreach (var option in new Option[] { config, data, httpAddress, httpPort, mqttAddress, mqttPort, demo })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(output, parsed.GetValue(config), new ConfigOverrides
        {
            DataFolder = parsed.GetValue(data),
            HttpAddress = parsed.GetValue(httpAddress),
            HttpPort = parsed.GetValue(httpPort),
            MqttAddress = parsed.GetValue(mqttAddress),
            MqttPort = parsed.GetValue(mqttPort),
            Demo = parsed.GetValue(demo),
        }));
    }

    private static async Task<int> RunAsync(CommandOutput output, string? configFile, ConfigOverrides overrides)
    {
        var context = ConfigContext.OfProcess(overrides);
        GatewayConfig Load() => ConfigLoader.Load(ConfigLoader.Find(configFile), context);
        try
        {
            var config = Load();
            var level = new LogLevelSwitch(config.LogLevel);
            using var loggers = LineLoggerFactory.ToStandardError(level);
            using var signals = new RunSignals(RunSignals.IsInteractive);
            await using var host = await GatewayHost.StartAsync(new GatewayStart
            {
                Config = config,
                Reload = Load,
                Loggers = loggers,
                LogLevel = level,
                NotifySocket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
                WatchdogMicroseconds = Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            });
            StartBanner.Write(output.Out, host);
            await host.StopAsync(await signals.ServeAsync(host));
            return ExitCode.Ok;
        }
        catch (ConfigException refused)
        {
            output.Error.WriteLine(refused.Message);
            return ExitCode.Config;
        }
        catch (StartException failed)
        {
            output.Error.WriteLine($"edgestream: {failed.Message}");
            return failed.ExitCode;
        }
    }

    private static Option<int?> Port(string name, string key) => new(name)
    {
        Description = $"The port, before '{key}'; 0 picks a free one.",
        HelpName = "PORT",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return port;
            }

            result.AddError($"{name} cannot be '{text}'; allowed: 0 to 65535.");
            return null;
        },
    };

    private static Option<IPAddress?> Address(string name, string key) => new(name)
    {
        Description = $"The address to listen on, before '{key}'.",
        HelpName = "ADDRESS",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Names.TryParseAddress(text, out var address))
            {
                return address;
            }

            result.AddError($"{name} {Names.Address(text)}.");
            return null;
        },
    };
}
