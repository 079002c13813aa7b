using System.Collections.Concurrent;

namespace EdgeStream.Kinesis.Tests;

/// <summary>Which thread does what: the one that reads a connection may serve many.</summary>
public sealed class ThreadTests : IDisposable
{
    private readonly OwnThreadTransport _transport = new();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task A_put_begins_where_it_was_read_and_goes_on_where_the_host_says()
    {
        var handedOn = new ConcurrentQueue<bool>();
        var time = new WatchedTime();
        await using var kinesis = await KinesisUnderTest.StartAsync(
            time,
            options => options with
            {
                HandOn = work =>
                {
                    handedOn.Enqueue(_transport.IsHere);
                    _transport.Schedule(_ => work(), null);
                },
            },
            transport: _transport);
        await kinesis.MakeStreamAsync(shards: 2);
        time.Watch(_transport);

        // A record that is safe before it is waited for needs no other thread.
        for (var i = 0; i < 100 && handedOn.IsEmpty; i++)
        {
            await kinesis.PutAsync("a", "1");
        }

        Assert.Contains(true, time.Seen);
        Assert.NotEmpty(handedOn);
        var records = string.Join(',', Enumerable.Range(0, 20).Select(
            n => $$"""{"PartitionKey":"{{n}}","Data":"MQ=="}"""));
        var answer = await kinesis.OkAsync("PutRecords", $$"""{"StreamName":"s","Records":[{{records}}]}""");
        Assert.Equal(0, answer.GetProperty("FailedRecordCount").GetInt32());
        Assert.DoesNotContain(true, handedOn);
    }

    [Theory]
    [InlineData("ListStreams", "{}")]
    [InlineData("DescribeStreamSummary", """{"StreamName":"s"}""")]
    [InlineData("CreateStream", """{"StreamName":"another","ShardCount":1}""")]
    [InlineData("SplitShard",
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"5"}""")]
    [InlineData("DeleteStream", """{"StreamName":"s"}""")]
    public async Task What_may_take_long_leaves_the_thread_that_read_it(string action, string json)
    {
        var time = new WatchedTime();
        await using var kinesis = await KinesisUnderTest.StartAsync(time, transport: _transport);
        await kinesis.MakeStreamAsync();
        time.Watch(_transport);
        await kinesis.OkAsync(action, json);
        Assert.DoesNotContain(true, time.Seen);
        Assert.Contains(false, time.Seen);
    }

    [Fact]
    public async Task A_large_put_leaves_the_thread_that_read_it()
    {
        var time = new WatchedTime();
        await using var kinesis = await KinesisUnderTest.StartAsync(time, transport: _transport);
        await kinesis.MakeStreamAsync();
        time.Watch(_transport);
        await kinesis.PutAsync("a", new string('x', 100_000));
        Assert.DoesNotContain(true, time.Seen);
        Assert.Contains(false, time.Seen);
    }

    /// <summary>The system's time, which tells who asks for it.</summary>
    private sealed class WatchedTime : TimeProvider
    {
        private volatile OwnThreadTransport? _transport;

        /// <summary>For each call of a request's work, whether it came from the thread that reads.</summary>
        public ConcurrentQueue<bool> Seen { get; } = new();

        public void Watch(OwnThreadTransport transport) => _transport = transport;

        public override DateTimeOffset GetUtcNow()
        {
            if (_transport is { } transport)
            {
                Seen.Enqueue(transport.IsHere);
            }

            return base.GetUtcNow();
        }
    }
}
