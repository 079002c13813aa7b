namespace EdgeStream.Mqtt;

/// <summary>Bytes that all sessions together may hold. Thread-safe.</summary>
internal sealed class ByteBudget(long bytesMax)
{
    /// <summary>What each holder may have whatever the others do: 4 KiB.</summary>
    internal const int ShareBytesMin = 4 * 1024;

    private long _usedBytes;

    internal long BytesMax => bytesMax;

    internal long UsedBytes => Volatile.Read(ref _usedBytes);

    /// <summary>Whether a quarter is in use: from there on nobody should take much at a time.</summary>
    internal bool IsScarce => UsedBytes >= bytesMax / 4;

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

    /// <summary>Takes the bytes for one of many holders, so that none of them can take the others' part: once half is
    /// in use, nobody may hold more than what is left, but everyone <see cref="ShareBytesMin"/>.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="heldBytes">What the holder has already.</param>
    /// <param name="isHalved">Whether only half of the budget counts.</param>
    internal bool TryTakeShare(int bytes, long heldBytes, bool isHalved)
    {
        long limitBytes = isHalved ? bytesMax / 2 : bytesMax;
        long usedBytes = Interlocked.Add(ref _usedBytes, bytes);
        long leftBytes = limitBytes - (usedBytes - bytes);
        if ((bytes <= leftBytes && (leftBytes >= limitBytes / 2 || heldBytes + bytes <= leftBytes))
            || heldBytes + bytes <= ShareBytesMin)
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
