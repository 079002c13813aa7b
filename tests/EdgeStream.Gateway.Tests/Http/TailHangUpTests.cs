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
