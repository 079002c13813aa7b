using EdgeStream.Streams;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>What an answer's reader keeps mapped.</summary>
public sealed class HeldReaderTests
{
    [Fact]
    public async Task Whichever_reader_is_held_at_last_is_closed()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "one");
        await kinesis.PutAsync("k", "two");
        Assert.True(kinesis.Store.TryGet("s", out var stream));
        using (var held = new HeldReader(stream.Shards[0].OpenReader(ShardPosition.TrimHorizon)))
        {
            Assert.True(held.Reader.TryRead(out _));
            Assert.True(held.Reader.TryRead(out var second));
            var sequence = second.Sequence;
            held.GoTo(sequence);
            Assert.True(held.Reader.TryRead(out var again));
            Assert.Equal(sequence, again.Sequence);
            Assert.True(IsMapped(kinesis));
        }

        Assert.False(IsMapped(kinesis));
    }

    [Fact]
    public async Task A_reader_that_was_handed_over_is_the_callers_to_close()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "one");
        Assert.True(kinesis.Store.TryGet("s", out var stream));
        ShardReader left;
        using (var held = new HeldReader(stream.Shards[0].OpenReader(ShardPosition.TrimHorizon)))
        {
            Assert.True(held.Reader.TryRead(out _));
            left = held.Leave();
        }

        Assert.True(IsMapped(kinesis));
        left.Dispose();
        Assert.False(IsMapped(kinesis));
    }

    private static bool IsMapped(KinesisUnderTest kinesis) => File.ReadAllText("/proc/self/maps")
        .Contains(Path.Combine(kinesis.DataFolder, "streams"), StringComparison.Ordinal);
}
