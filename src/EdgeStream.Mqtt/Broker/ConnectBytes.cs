namespace EdgeStream.Mqtt;

/// <summary>What a connection holds of a packet that isn't whole while it has no session: anyone may open
/// one.</summary>
/// <remarks>A little is free; beyond it the connection takes from what all of them have.</remarks>
internal struct ConnectBytes
{
    /// <summary>4 KiB: nearly every CONNECT is shorter.</summary>
    internal const int FreeBytes = 4 * 1024;

    private int _taken;

    /// <summary>Notes how much waits; false where all connections together would hold too much.</summary>
    internal bool TryHold(ByteBudget budget, long waitingBytes)
    {
        int wanted = (int)Math.Max(0, waitingBytes - FreeBytes);
        if (wanted > _taken && !budget.TryTake(wanted - _taken, budget.BytesMax))
        {
            return false;
        }

        if (wanted < _taken)
        {
            budget.Return(_taken - wanted);
        }

        _taken = wanted;
        return true;
    }
}
