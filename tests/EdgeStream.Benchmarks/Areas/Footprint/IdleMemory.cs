using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Footprint;

/// <summary>What a gateway with its default configuration keeps in memory when nobody talks to it.</summary>
/// <param name="Seconds">How long it was left alone.</param>
/// <param name="ReadyMs">From exec until it answered over HTTP and MQTT; the median.</param>
/// <param name="Memory">The start with the median resident memory.</param>
internal sealed record IdleMemory(int Seconds, double ReadyMs, ProcessMemory Memory)
{
    private const int Starts = 3;
    private const int IdleSeconds = 30;
    private const int QuickIdleSeconds = 8;

    /// <summary>Starts gateways one after the other, each on an empty folder.</summary>
    public static async Task<IdleMemory> MeasureAsync(BenchmarkOptions options)
    {
        var seconds = options.IsQuick ? QuickIdleSeconds : IdleSeconds;
        var memories = new List<ProcessMemory>();
        var readyMs = new List<double>();
        for (var start = 0; start < (options.IsQuick ? 1 : Starts); start++)
        {
            Console.WriteLine($"  idle for {seconds} s");
            using var folder = new TemporaryFolder("idle");
            var started = TimeProvider.System.GetTimestamp();
            await using var gateway = await GatewayProcess.StartReadyAsync(
                new GatewayLaunch { DataFolder = folder.Combine("data") });
            readyMs.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            var idle = TimeSpan.FromSeconds(seconds);
            await Task.Delay(idle);
            memories.Add(ProcessMemory.Of(gateway.Id));
        }

        memories.Sort((left, right) => left.ResidentMiB.CompareTo(right.ResidentMiB));
        return new IdleMemory(seconds, Statistic.Median(readyMs), memories[memories.Count / 2]);
    }
}
