using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt;

/// <summary>Counts what clients were refused, and logs it without a flood: ten lines a minute for each
/// reason.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MqttRefusals
{
    private const int WindowMs = 60_000;
    private const int LinesPerWindowMax = 10;

    private static readonly int ReasonCount = Enum.GetValues<MqttRefusal>().Length;

    private readonly long[] _counts = new long[ReasonCount];
    private readonly LineLimit[] _limits = new LineLimit[ReasonCount];
    private readonly ILogger _logger;
    private readonly BrokerClock _clock;

    internal MqttRefusals(ILogger logger, BrokerClock clock)
    {
        _logger = logger;
        _clock = clock;
        for (int i = 0; i < ReasonCount; i++)
        {
            _limits[i] = new LineLimit(LinesPerWindowMax, WindowMs);
        }
    }

    /// <summary>How often something was refused for a reason.</summary>
    public long Count(MqttRefusal refusal) => Volatile.Read(ref _counts[(int)refusal]);

    /// <summary>Counts a refusal that is too common for the log.</summary>
    internal void Add(MqttRefusal refusal) => Interlocked.Increment(ref _counts[(int)refusal]);

    /// <summary>Counts and, within the bound, logs a refusal.</summary>
    internal void Report(MqttRefusal refusal, string who, string detail)
    {
        if (TryReport(refusal, out long count))
        {
            Log.Refused(_logger, who, detail, refusal, count);
        }
    }

    /// <summary>Counts a refusal; true when a line about it may be written.</summary>
    internal bool TryReport(MqttRefusal refusal, out long count)
    {
        count = Interlocked.Increment(ref _counts[(int)refusal]);
        return _limits[(int)refusal].TryTake(_clock.NowMs);
    }
}
