namespace EdgeStream.Gateway.Logging;

/// <summary>The level below which lines are not written; may change while the gateway runs.</summary>
internal sealed class LogLevelSwitch(LogLevel level)
{
    private volatile LogLevel _level = level;

    /// <summary>The least important level that is written.</summary>
    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }
}
