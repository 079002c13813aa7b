namespace EdgeStream.Delivery.Tests;

/// <summary>Blocks go from one user to the next, and never to two at once.</summary>
public sealed class BlockPoolTests
{
    [Fact]
    public void Blocks_that_are_out_are_all_different_however_often_they_come_and_go()
    {
        Parallel.For(0, 4, worker =>
        {
            for (var round = 0; round < 200; round++)
            {
                var blocks = new byte[BlockPool.BlocksMax + 1][];
                for (var i = 0; i < blocks.Length; i++)
                {
                    blocks[i] = BlockPool.Rent(BlockBuffer.BlockBytes);
                    Assert.True(blocks[i].Length >= BlockBuffer.BlockBytes);
                    blocks[i][0] = (byte)worker;
                    blocks[i][1] = (byte)i;
                }

                for (var i = 0; i < blocks.Length; i++)
                {
                    Assert.Equal(((byte)worker, (byte)i), (blocks[i][0], blocks[i][1]));
                    BlockPool.Return(blocks[i]);
                }
            }
        });
    }

    [Fact]
    public void A_larger_block_is_as_large_as_was_asked()
    {
        var block = BlockPool.Rent(BlockBuffer.BlockBytes + 1);
        Assert.True(block.Length > BlockBuffer.BlockBytes);
        BlockPool.Return(block);
    }
}
