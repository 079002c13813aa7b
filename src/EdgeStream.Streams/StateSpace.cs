using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>The state log's claim on the disk: always, and from the reserve when the disk is full.</summary>
internal sealed class StateSpace(DiskBudget budget) : ILogSpace
{
    /// <inheritdoc/>
    public bool TryAdmit(long sizeBytes, Action take)
    {
        take();
        return true;
    }

    /// <inheritdoc/>
    public bool TryAdmitAhead(long sizeBytes, Action reserve) => TryAdmit(sizeBytes, reserve);

    /// <inheritdoc/>
    public bool TryFree(long sizeBytes)
    {
        try
        {
            return budget.TryFreeForState(sizeBytes);
        }
        catch (IOException)
        {
            // What cannot be removed gives no room.
            return false;
        }
    }

    /// <inheritdoc/>
    public SequenceNumber ProtectedFrom => SequenceNumber.Last;
}
