using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Appends records with numbers, each number once: what is not acknowledged is not tried again, as nobody can
/// tell whether it is there.</summary>
/// <param name="gateway">The gateway.</param>
/// <param name="hasTimes">Whether each record has a time of its own, rather than that of its arrival.</param>
internal sealed class NumberedAppender(Uri gateway, bool hasTimes)
{
    /// <summary>How many keys there are.</summary>
    public const int KeyCount = 12;

    private const int PageRecords = 48;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<int> _acknowledged = [];
    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;
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

    /// <summary>A millisecond later for each number: there are fewer of them than milliseconds go by.</summary>
    private string TimeOf(int number) =>
        (_began + TimeSpan.FromMilliseconds(number)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private async Task AppendAsync(GatewayApi api)
    {
        int[] numbers = [.. Enumerable.Range(_next, PageRecords)];
        _next += PageRecords;
        var records = numbers.Select(number => new
        {
            key = $"device/{number % KeyCount}", eventTime = hasTimes ? TimeOf(number) : null, data = new { number },
        });
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
