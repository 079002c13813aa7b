using System.Globalization;
using EdgeStream.Gateway.Logging;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>Tells the log when the wall clock is found not set, and when it is set. Used by one loop.</summary>
internal sealed class ClockWatch(TimeProvider time, ILogger logger)
{
    private ClockStatus _told = new();

    /// <summary>Compares with the call before. Called about once a second.</summary>
    public void Tick(ClockStatus status)
    {
        if (_told.IsSet && !status.IsSet)
        {
            logger.ClockNotSet(time.GetUtcNow(), status.IsAssumed
                ? "Records are dated on from the newest one."
                : "Records carry that time.");
        }

        if (status.StepCount != _told.StepCount)
        {
            logger.ClockStepped(TextOf(status.LastStep));
        }

        _told = status;
    }

    private static string TextOf(TimeSpan step)
    {
        var days = (long)step.Duration().TotalDays;
        var sign = step < TimeSpan.Zero ? '-' : '+';
        return days >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{days} days")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{step.Duration().TotalSeconds:0.###} s");
    }
}
