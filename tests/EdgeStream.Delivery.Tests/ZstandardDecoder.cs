using System.Runtime.InteropServices;

namespace EdgeStream.Delivery.Tests;

/// <summary>Expands one frame by libzstd.</summary>
internal static partial class ZstandardDecoder
{
    private const int SizeBytesMax = 1 << 20;

    public static byte[] Expand(byte[] frame)
    {
        var target = new byte[SizeBytesMax];
        var size = Decompress(target, (nuint)target.Length, frame, (nuint)frame.Length);
        Assert.True(size <= SizeBytesMax, "The frame does not fit.");
        return target[..(int)size];
    }

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_decompress")]
    private static partial nuint Decompress(byte[] target, nuint targetLength, byte[] source, nuint sourceLength);
}
