namespace EdgeStream.Gateway.Config;

/// <summary>Finds the file, reads it, and answers with a checked configuration or with every error in it.</summary>
internal static class ConfigLoader
{
    /// <summary>The file that is used when the command line names none and it exists.</summary>
    public const string SystemFile = "/etc/edgestream/edgestream.yaml";

    private const long FileSizeBytesMax = 1 << 20;

    /// <summary>The file to use: the one that is named, else the system's if there is one, else none.</summary>
    public static string? Find(string? named) => named ?? (File.Exists(SystemFile) ? SystemFile : null);

    /// <summary>Loads the file, or the built-in defaults when <paramref name="file"/> is null.</summary>
    /// <exception cref="ConfigException">The file can't be read, or something in it is not allowed.</exception>
    public static GatewayConfig Load(string? file, ConfigContext context) =>
        Parse(file is null ? "" : ReadText(file), file, context);

    /// <summary>Reads YAML text as if it stood in <paramref name="file"/>.</summary>
    /// <exception cref="ConfigException">Something in it is not allowed.</exception>
    public static GatewayConfig Parse(string yaml, string? file, ConfigContext context)
    {
        var reader = new ConfigReader(file ?? "defaults", context.Environment);
        var values = reader.Read(yaml, ConfigKeys.Root);
        var config = new ConfigBinder(reader, context).Bind(values, file);
        return reader.Errors.Count == 0
            ? config
            : throw new ConfigException([.. reader.Errors.OrderBy(error => error.Location.Line)
                .ThenBy(error => error.Location.Column)]);
    }

    /// <summary>The text of a file of at most 1 MiB.</summary>
    /// <exception cref="ConfigException">It can't be read.</exception>
    public static string ReadText(string file)
    {
        try
        {
            var length = new FileInfo(file).Length;
            return length <= FileSizeBytesMax
                ? File.ReadAllText(file)
                : throw Refuse(file, $"the file is {SizeText.Round(length)}; at most 1 MiB is read");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refuse(file, $"cannot be read: {error.Message}");
        }
    }

    private static ConfigException Refuse(string file, string message) =>
        new([new ConfigError(new ConfigLocation(file, 0, 0), message)]);
}
