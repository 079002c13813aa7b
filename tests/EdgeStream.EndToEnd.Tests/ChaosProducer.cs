using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Puts numbers, counted up for each of its keys, and tries each one until it is acknowledged.</summary>
internal sealed class ChaosProducer(int port, int number)
{
    private const int KeyCount = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What was acknowledged, by key.</summary>
    public Dictionary<string, List<int>> Acknowledged { get; } = [];

    /// <summary>Puts until it is told to end, and then once more for each key.</summary>
    /// <remarks>Nothing is killed by then: so these come once, after all others.</remarks>
    public async Task RunAsync(CancellationToken ending)
    {
        using var api = KinesisWorld.ApiOf(port);
        var value = 0;
        while (!ending.IsCancellationRequested)
        {
            await PutAsync(api, value++);
        }

        for (var last = 0; last < KeyCount; last++)
        {
            await PutAsync(api, value++);
        }
    }

    /// <summary>Waits a moment before trying again what was not answered.</summary>
    public static async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        await timer.WaitForNextTickAsync();
    }

    private async Task PutAsync(KinesisApi api, int value)
    {
        var key = $"p{number}-k{value % KeyCount}";
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{value}"));
        var json = $$"""{"StreamName":"s","PartitionKey":"{{key}}","Data":"{{data}}"}""";
        while (!await TryPutAsync(api, json))
        {
            await PauseAsync();
        }

        Acknowledged.TryAdd(key, []);
        Acknowledged[key].Add(value);
    }

    private static async Task<bool> TryPutAsync(KinesisApi api, string json)
    {
        try
        {
            await api.CallAsync("PutRecord", json);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException
            || error is KinesisApiException
            {
                Type: "InternalFailure" or "InternalFailureException" or "ServiceUnavailable",
            })
        {
            return false;
        }
    }
}
