namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Where results go that nobody needs, so that computing them is not optimized away.</summary>
internal static class Consumed
{
    private static int _bytes;

    /// <summary>Takes a number.</summary>
    public static void Bytes(int value) => Volatile.Write(ref _bytes, value);
}
