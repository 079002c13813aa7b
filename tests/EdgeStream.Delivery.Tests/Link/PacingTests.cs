using EdgeStream.Delivery.Tests.Servers;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery.Tests.Link;

public class PacingTests
{
    private const long Rate = 64 << 10;
    private const int LimitSeconds = 60;
    private static readonly TimeSpan PieceTimeMax = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Bytes_go_in_the_order_in_which_they_are_asked_for_at_the_rate()
    {
        var rate = new ByteRate(1000, _time);
        Assert.Equal(TimeSpan.FromSeconds(0.5), rate.Take(500));
        Assert.Equal(TimeSpan.FromSeconds(1.5), rate.Take(1000));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.75), rate.Take(250));
    }

    [Fact]
    public void A_pause_is_worth_one_second_at_most()
    {
        var rate = new ByteRate(1000, _time);
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(TimeSpan.Zero, rate.Take(600));
        Assert.Equal(TimeSpan.Zero, rate.Take(400));
        Assert.Equal(TimeSpan.FromSeconds(0.1), rate.Take(100));
    }

    [Fact]
    public async Task A_long_write_goes_in_pieces_at_their_times()
    {
        var meter = new WireMeter(new DeliveryLinkOptions { BytesPerSecond = Rate }, null, _time);
        var arrived = new List<(TimeSpan At, int Bytes)>();
        var began = _time.GetUtcNow();
        await using var stream = new MeteredStream(
            new Receiver(count => arrived.Add((_time.GetUtcNow() - began, count))), meter);
        var writing = stream.WriteAsync(new byte[4 * Rate]).AsTask();
        await Eventually.TrueAsync(() => Advance(writing, TimeSpan.FromMilliseconds(125)));
        Assert.All(arrived, piece => Assert.InRange(piece.Bytes, 1, 16 << 10));
        Assert.Equal(4 * Rate, arrived.Sum(piece => piece.Bytes));
        var sum = 0L;
        foreach (var (at, bytes) in arrived)
        {
            sum += bytes;
            Assert.True(sum <= Rate * at.TotalSeconds, $"{sum} bytes after {at}");
        }

        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(1 << 10, 256)]
    [InlineData(10_000, 2500)]
    [InlineData(64 << 10, 16 << 10)]
    [InlineData(1 << 30, 16 << 10)]
    public void Pieces_are_what_goes_in_a_quarter_of_a_second(long rate, int piece) =>
        Assert.Equal(
            piece, new WireMeter(new DeliveryLinkOptions { BytesPerSecond = rate }, null, _time).PieceBytesMax);

    [Fact]
    public async Task The_limit_of_a_request_stands_still_while_the_rate_holds_its_bytes()
    {
        var meter = new WireMeter(new DeliveryLinkOptions { BytesPerSecond = 1 << 10 }, null, _time);
        using var limit = meter.Limit(5, CancellationToken.None);
        var sending = meter.SendingAsync(100 << 10, limit.Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.False(limit.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        await sending;
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(limit.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(limit.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task An_HTTP_server_sees_no_more_than_the_rate_and_a_slow_request_is_not_cut_off()
    {
        await using var server = new HttpStandIn(FirehoseEndpoint.Take);
        await using var link = new CountingLink(server.Url);
        await SendAsync(
            new HttpDestinationOptions
            {
                Link = new ServerLink { Url = link.Url + "in", TimeoutSeconds = LimitSeconds },
            },
            link);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_S3_server_sees_no_more_than_the_rate_and_a_slow_object_is_not_cut_off()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, "", "ETag: \"0\""));
        await using var link = new CountingLink(server.Url);
        await SendAsync(
            new S3DestinationOptions
            {
                Endpoint = link.Url, Bucket = "telemetry", AccessKeyId = "id", SecretAccessKey = "secret",
                TimeoutSeconds = LimitSeconds,
            },
            link);
        Assert.Equal(2, server.Requests.Count);
        Assert.StartsWith("/telemetry/2026/", server.Requests[1].Target);
    }

    /// <summary>Sends an object as fast as it goes, then another at the rate, and looks at every step of the clock at
    /// what the server has seen.</summary>
    private async Task SendAsync(DestinationOptions options, CountingLink link)
    {
        using (var first = new RecordObject(options, ("key", "1")))
        {
            Assert.Equal(SendOutcome.Accepted, (await first.SendAsync()).Outcome);
        }

        const long Slow = 1 << 10;
        var before = link.Sent;
        var began = _time.GetUtcNow();
        using var item = new RecordObject(
            new MeteredOptions(options, new WireMeter(new DeliveryLinkOptions { BytesPerSecond = Slow }, null, _time)),
            [.. Enumerable.Repeat(("key", $"\"{new string('x', 4096)}\""), 20)]);
        var sending = item.SendAsync();
        await Eventually.TrueAsync(() =>
        {
            Assert.True(link.Sent - before <= Slow * (_time.GetUtcNow() - began).TotalSeconds);
            return Advance(sending, TimeSpan.FromSeconds(0.5));
        });
        Assert.Equal(SendOutcome.Accepted, (await sending).Outcome);
        var elapsed = (_time.GetUtcNow() - began).TotalSeconds;
        Assert.InRange(elapsed, (link.Sent - before) / (double)Slow, double.MaxValue);
        Assert.True(elapsed > LimitSeconds);
    }

    /// <summary>Moves the clock on unless it is somebody else who is waited for.</summary>
    private bool Advance(Task task, TimeSpan step)
    {
        if (!task.IsCompleted && _time.IsTimerSet(PieceTimeMax))
        {
            _time.Advance(step);
        }

        return task.IsCompleted;
    }

    /// <summary>A destination that is opened over a link of the test's own.</summary>
    private sealed record MeteredOptions(DestinationOptions Inner, WireMeter Wire) : DestinationOptions
    {
        public override string Kind => Inner.Kind;

        public override string Target => Inner.Target;

        public override IReadOnlyList<DefinitionError> Validate() => Inner.Validate();

        public override IDestination Open(
            string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
            Inner.Open(deliveryName, Wire, timeProvider, logger);
    }

    private sealed class Receiver(Action<int> arrived) : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            arrived(buffer.Length);
        }
    }
}
