namespace EdgeStream.Mqtt;

/// <summary>Bytes that all sessions together may hold. Thread-safe.</summary>
internal sealed class ByteBudget(long bytesMax)
{
    private long _usedBytes;

    internal long BytesMax => bytesMax;

    internal long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Whether nothing is left.</summary>
    internal bool IsUsedUp => UsedBytes >= bytesMax;

    /// <summary>Takes the bytes where afterwards no more than <paramref name="limitBytes"/> are in use.</summary>
    internal bool TryTake(int bytes, long limitBytes)
    {
        if (Interlocked.Add(ref _usedBytes, bytes) <= limitBytes)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Takes the bytes whatever is in use.</summary>
    internal void Take(int bytes) => Interlocked.Add(ref _usedBytes, bytes);

    internal void Return(int bytes) => Interlocked.Add(ref _usedBytes, -bytes);
}
