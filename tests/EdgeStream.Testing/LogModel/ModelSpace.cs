using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>A disk budget without a limit, and a consumer who has come as far as the test says.</summary>
internal sealed class ModelSpace : ILogSpace
{
    /// <inheritdoc/>
    public SequenceNumber ProtectedFrom { get; set; } = SequenceNumber.Last;

    /// <inheritdoc/>
    public bool TryAdmit(long sizeBytes, Action take)
    {
        take();
        return true;
    }

    /// <inheritdoc/>
    public bool TryAdmitAhead(long sizeBytes, Action reserve) => TryAdmit(sizeBytes, reserve);

    /// <inheritdoc/>
    public bool TryFree(long sizeBytes) => false;
}
