using System.CommandLine;
using System.CommandLine.Help;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream user</c>: the users of the MQTT server, in their file.</summary>
/// <remarks>A running gateway reads the file anew within seconds. Passwords never stand on the command line.</remarks>
internal static class UserCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream user add pump-7",
        "edgestream user add pump-7 --password-stdin --file /etc/edgestream/users < password.txt",
        "edgestream user list",
        "edgestream user check pump-7",
        "edgestream user remove pump-7",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var user = new Command("user", "Add, remove and check the users of the MQTT server.");
        foreach (var command in new[] { Add(output), Remove(output), List(output), Check(output) })
        {
            command.Options.Add(help(Examples));
            user.Subcommands.Add(command);
        }

        return user;
    }

    private static Command Add(CommandOutput output)
    {
        var (name, config, file, stdin) = (Name(), CommonOptions.Config(), FileOption(), Stdin());
        var iterations = new Option<int>("--iterations")
        {
            Description = "How often the password is hashed: more slows whoever steals the file, and every first "
                + "login. A password that a machine has made up needs few.",
            HelpName = "N",
            DefaultValueFactory = _ => MqttPasswordHash.IterationsDefault,
        };
        iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MqttPasswordHash.IterationsMax)
            {
                result.AddError($"--iterations cannot be that; allowed: 1 to {MqttPasswordHash.IterationsMax}.");
            }
        });
        var command = new Command("add", "Add a user, or give one another password. The password is asked for.")
        {
            name, stdin, iterations, file, config,
        };
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var users = Open(parsed.GetValue(file), parsed.GetValue(config));
            var password = PasswordInput.Read(output, parsed.GetValue(stdin), isNew: true);
            var hash = MqttPasswordHash.Create(password, parsed.GetValue(iterations));
            var isNew = users.Put(parsed.GetValue(name)!, hash);
            users.Save();
            output.Out.WriteLine($"{(isNew ? "Added" : "Changed")} {parsed.GetValue(name)} in {users.Path}");
            if (users.IsNewFile)
            {
                output.Error.WriteLine("The file is new: see that the gateway may read it, and nobody else, and that "
                    + "'mqtt.passwordFile' names it.");
            }

            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static Command Remove(CommandOutput output)
    {
        var (name, config, file) = (Name(), CommonOptions.Config(), FileOption());
        var command = new Command("remove", "Remove a user; connections it has stay until they end.")
        {
            name, file, config,
        };
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var users = Open(parsed.GetValue(file), parsed.GetValue(config));
            if (!users.Remove(parsed.GetValue(name)!))
            {
                throw new CommandException(
                    ExitCode.Unhealthy, $"There is no user '{parsed.GetValue(name)}' in {users.Path}.");
            }

            users.Save();
            output.Out.WriteLine($"Removed {parsed.GetValue(name)} from {users.Path}");
            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static Command List(CommandOutput output)
    {
        var (config, file) = (CommonOptions.Config(), FileOption());
        var command = new Command("list", "List the users.") { file, config };
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            foreach (var name in Open(parsed.GetValue(file), parsed.GetValue(config)).Parse().Names)
            {
                output.Out.WriteLine(name);
            }

            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static Command Check(CommandOutput output)
    {
        var (name, config, file, stdin) = (Name(), CommonOptions.Config(), FileOption(), Stdin());
        var command = new Command("check", "Check a user's password; exits with 0 when it is right, else 1.")
        {
            name, stdin, file, config,
        };
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var users = Open(parsed.GetValue(file), parsed.GetValue(config)).Parse();
            var password = PasswordInput.Read(output, parsed.GetValue(stdin), isNew: false);
            var isRight = users.Verify(parsed.GetValue(name)!, password);
            output.Out.WriteLine(isRight ? "right" : "wrong");
            return Task.FromResult(isRight ? ExitCode.Ok : ExitCode.Unhealthy);
        }));
        return command;
    }

    private static Argument<string> Name()
    {
        var argument = new Argument<string>("name") { Description = "The user's name." };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && MqttUserList.ProblemOf(result.Tokens[0].Value) is { } problem)
            {
                result.AddError($"'{result.Tokens[0].Value}': {problem}.");
            }
        });
        return argument;
    }

    private static Option<string?> FileOption() => new("--file", "-f")
    {
        Description = "The file of users. Default: 'mqtt.passwordFile' of the configuration.", HelpName = "FILE",
    };

    private static Option<bool> Stdin() => new("--password-stdin")
    {
        Description = "Read the password from standard input, without the line's end, instead of asking for it.",
    };

    private static UserFile Open(string? file, string? config)
    {
        if (file is not null)
        {
            return UserFile.Open(file);
        }

        var named = ConfigLoader.Find(config);
        try
        {
            var path = ConfigLoader.Load(named, ConfigContext.ToRead()).MqttAccess.PasswordFile
                ?? throw new CommandException(
                    ExitCode.Config,
                    "There is no file of users: name it with --file, or with 'mqtt.passwordFile' in "
                        + $"{named ?? ConfigLoader.SystemFile}.");
            return UserFile.Open(path);
        }
        catch (ConfigException refused)
        {
            throw new CommandException(ExitCode.Config, refused.Message);
        }
    }
}
