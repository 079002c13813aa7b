using System.Diagnostics;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Polls for what another thread is about to do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    internal static async Task TrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Deadline, $"Did not come true: {what}");
            await Task.Delay(5);
        }
    }
}
