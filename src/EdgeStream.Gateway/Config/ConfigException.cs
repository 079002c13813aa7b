namespace EdgeStream.Gateway.Config;

/// <summary>The configuration was refused; every error that was found is listed, not only the first.</summary>
internal sealed class ConfigException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>What was found, in the order of the file.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
