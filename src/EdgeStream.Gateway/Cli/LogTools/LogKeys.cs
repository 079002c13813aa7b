using System.CommandLine;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>The keys of encrypted logs: those on the command line, or those of the configuration.</summary>
internal sealed class LogKeys
{
    private readonly Option<string[]> _files = new("--key-file")
    {
        Description = "A file with a key of encrypted segments; may be given more than once. Default: the configured "
            + "keys.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _config = CommonOptions.Config();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_files);
        command.Options.Add(_config);
    }

    /// <summary>The configuration file on the line; null for the usual one.</summary>
    public string? ConfigFile(ParseResult parsed) => parsed.GetValue(_config);

    /// <summary>The keys; null when there are none.</summary>
    /// <exception cref="CommandException">A file that the line names holds no key or no configuration.</exception>
    public LogEncryption? Read(ParseResult parsed)
    {
        var files = parsed.GetValue(_files) ?? [];
        if (files.Length > 0)
        {
            return new LogEncryption(Array.ConvertAll(files, ReadFile), null);
        }

        var named = parsed.GetValue(_config);
        try
        {
            var context = ConfigContext.ToRead();
            return ConfigLoader.Load(ConfigLoader.Find(named), context).Encryption;
        }
        catch (ConfigException refused)
        {
            // Nobody asked for it: a log that needs a key says so itself.
            return named is null ? null : throw new CommandException(ExitCode.Config, refused.Message);
        }
    }

    private static EncryptionKey ReadFile(string path)
    {
        try
        {
            var name = Path.GetFileName(path);
            var isMade = EncryptionKey.TryMake(
                EncryptionKey.IsName(name) ? name : "key", KeyFile.Read(path), out var key, out var problem);
            return isMade ? key! : throw new CommandException(ExitCode.Config, $"{path}: {problem}.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputOutput, $"the key in {path} cannot be read: {error.Message}");
        }
    }
}
