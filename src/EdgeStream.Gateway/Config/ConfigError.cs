namespace EdgeStream.Gateway.Config;

/// <summary>One thing wrong in the configuration: where, what, and what is allowed instead.</summary>
internal readonly record struct ConfigError(ConfigLocation Location, string Message)
{
    /// <summary><c>FILE:LINE:COLUMN: message</c>.</summary>
    public override string ToString() => $"{Location}: {Message}";
}
