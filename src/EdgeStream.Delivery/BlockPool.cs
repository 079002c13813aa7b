using System.Buffers;

namespace EdgeStream.Delivery;

/// <summary>Blocks of <see cref="BlockBuffer.BlockBytes"/> that nobody uses, for whoever asks next.</summary>
/// <remarks>Thread-safe. Keeps <see cref="BlocksMax"/> at most; what is beyond, and of another size, is the shared
/// pool's. That keeps one for each thread that ever gave one back, where no other thread finds it.</remarks>
internal static class BlockPool
{
    /// <summary>How many are kept: what two lanes of a small delivery and their requests take, half a MiB.</summary>
    public const int BlocksMax = 8;

    private static readonly Lock Gate = new();
    private static readonly Stack<byte[]> Blocks = new(BlocksMax);

    /// <summary>A block of that size at least; what is in it is not cleared.</summary>
    public static byte[] Rent(int sizeBytes)
    {
        if (sizeBytes == BlockBuffer.BlockBytes)
        {
            lock (Gate)
            {
                if (Blocks.TryPop(out var block))
                {
                    return block;
                }
            }
        }

        return ArrayPool<byte>.Shared.Rent(sizeBytes);
    }

    /// <summary>Gives back what was rented; the caller does not use it any more.</summary>
    public static void Return(byte[] block)
    {
        if (block.Length == BlockBuffer.BlockBytes)
        {
            lock (Gate)
            {
                if (Blocks.Count < BlocksMax)
                {
                    Blocks.Push(block);
                    return;
                }
            }
        }

        ArrayPool<byte>.Shared.Return(block);
    }
}
