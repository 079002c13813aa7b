using System.Buffers;

namespace EdgeStream.Delivery.Tests;

/// <summary>What is written into blocks, by whichever way, stands there one after another.</summary>
public sealed class BlockBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(BlockBuffer.BlockBytes)]
    [InlineData(BlockBuffer.BlockBytes + 1)]
    public void Writes_of_both_kinds_follow_each_other(int size)
    {
        var random = new Random(size);
        var expected = new List<byte>();
        using var blocks = new BlockBuffer();
        for (var round = 0; round < 7; round++)
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            blocks.Write(bytes);
            expected.AddRange(bytes);
            random.NextBytes(bytes);
            bytes.CopyTo(blocks.GetSpan(size));
            blocks.Advance(size);
            expected.AddRange(bytes);
            Assert.Equal(expected.Count, blocks.Length);
        }

        Assert.Equal(expected, blocks.Content().ToArray());
    }

    [Fact]
    public void Room_that_is_asked_for_and_not_used_leaves_nothing()
    {
        using var blocks = new BlockBuffer();
        Assert.True(blocks.Content().IsEmpty);
        Assert.True(blocks.GetMemory().Length >= 1);
        Assert.True(blocks.GetMemory(BlockBuffer.BlockBytes * 3).Length >= BlockBuffer.BlockBytes * 3);
        Assert.Equal(0, blocks.Length);
        Assert.True(blocks.Content().IsEmpty);
        blocks.Write([1, 2, 3]);
        Assert.Equal([1, 2, 3], blocks.Content().ToArray());
    }

    [Fact]
    public void More_than_was_asked_for_is_not_taken()
    {
        using var blocks = new BlockBuffer();
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Advance(1));
        var room = blocks.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Advance(-1));
    }

    [Fact]
    public void Blocks_that_are_abandoned_keep_what_someone_may_still_read()
    {
        var blocks = new BlockBuffer();
        blocks.Write([7, 7, 7]);
        var content = blocks.Content();
        blocks.Abandon();
        blocks.Dispose();
        using var next = new BlockBuffer();
        next.Write([8, 8, 8]);
        Assert.Equal([7, 7, 7], content.ToArray());
    }
}
