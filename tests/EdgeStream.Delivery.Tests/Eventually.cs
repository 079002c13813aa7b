using System.Runtime.CompilerServices;

namespace EdgeStream.Delivery.Tests;

/// <summary>Waits for what another thread is about to do.</summary>
public static class Eventually
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(
        Func<bool> condition,
        Func<string>? describe = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException($"Not true within {Deadline.TotalSeconds} s: {text} {describe?.Invoke()}");
            }

            await Task.Delay(PollInterval);
        }
    }
}
