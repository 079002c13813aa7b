using System.Collections.Concurrent;
using System.Text;
using EdgeStream.Gateway.Http;
using EdgeStream.Testing;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class TailHangUpTests
{
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_client_that_takes_nothing_for_half_a_minute_is_hung_up_on_and_counted()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(change: start => start with { Time = time });
        Assert.True(gateway.Host.Parts.Store.TryGet("readings", out var stream));
        var tails = new StreamTailEndpoint(gateway.Host.Parts);
        var body = new StuckStream();
        var context = new DefaultHttpContext();
        context.Response.Body = body;

        var following = tails.HandleAsync(context, stream);
        await body.Begun;
        Assert.Equal(1, tails.ClientCount);
        time.Advance(SendTime - TimeSpan.FromMilliseconds(1));
        Assert.False(following.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await following;

        Assert.Equal(1, tails.HungUp);
        Assert.Equal(0, tails.ClientCount);
    }

    [Fact]
    public async Task A_client_of_a_key_without_records_is_told_how_far_the_others_were_passed()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(change: start => start with { Time = time });
        Assert.True(gateway.Host.Parts.Store.TryGet("readings", out var stream));
        var tails = new StreamTailEndpoint(gateway.Host.Parts);
        var body = new RecordingStream();
        using var left = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = left.Token };
        context.Request.QueryString = new QueryString("?key=b");
        context.Response.Body = body;

        var following = tails.HandleAsync(context, stream);
        await Poll.UntilAsync(() => body.Ids.Count == 1);
        await stream.AppendAsync("a"u8.ToArray(), "1"u8.ToArray());
        await Poll.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return body.Ids.Count == 2;
        });
        await left.CancelAsync();
        await following;

        Assert.Equal(["~0-1", "~0-2"], body.Ids);
    }

    [Fact]
    public async Task Clients_that_follow_and_those_hung_up_on_are_in_the_metrics()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using (await gateway.Client.GetAsync("/api/streams/readings/live", HttpCompletionOption.ResponseHeadersRead))
        {
            var metrics = await gateway.Client.GetStringAsync("/metrics");
            Assert.Contains("edgestream_tail_clients 1\n", metrics);
            Assert.Contains("edgestream_tail_hung_up_clients_total 0\n", metrics);
        }

        await Poll.UntilAsync(async () => (await gateway.Client.GetStringAsync("/metrics"))
            .Contains("edgestream_tail_clients 0\n", StringComparison.Ordinal));
    }

    /// <summary>The ids of the events that a client was sent.</summary>
    private sealed class RecordingStream : MemoryStream
    {
        private readonly ConcurrentQueue<string> _ids = new();

        public IReadOnlyCollection<string> Ids => _ids;

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            foreach (var line in Encoding.UTF8.GetString(buffer.Span).Split('\n'))
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    _ids.Enqueue(line["id: ".Length..]);
                }
            }

            return default;
        }
    }

    /// <summary>What a client that reads nothing looks like, once its connection's buffers are full.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
