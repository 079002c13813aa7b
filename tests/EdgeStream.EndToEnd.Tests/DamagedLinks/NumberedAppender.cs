using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Appends records with numbers, each number once: what is not acknowledged is not tried again, as nobody can
/// tell whether it is there.</summary>
internal sealed class NumberedAppender(Uri gateway)
{
    /// <summary>How many keys there are.</summary>
    public const int KeyCount = 12;

    private const int PageRecords = 48;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<int> _acknowledged = [];
    private int _next;

    /// <summary>The numbers that the gateway has acknowledged. To be read when the run is over.</summary>
    public IReadOnlyList<int> Acknowledged => _acknowledged;

    /// <summary>Appends until it is told to end.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var api = new GatewayApi(gateway);
        using var timer = new PeriodicTimer(Pause);
        while (!ending.IsCancellationRequested)
        {
            await AppendAsync(api);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task AppendAsync(GatewayApi api)
    {
        int[] numbers = [.. Enumerable.Range(_next, PageRecords)];
        _next += PageRecords;
        var records = numbers.Select(number => new { key = $"device/{number % KeyCount}", data = new { number } });
        try
        {
            var (status, body) = await api.PostAsync(
                "/api/streams/readings/records", JsonSerializer.Serialize(new { records }));
            Assert.True((int)status == 200, $"{(int)status}: {body}");
            _acknowledged.AddRange(numbers);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
        {
            // Killed, or not back yet.
        }
    }
}
