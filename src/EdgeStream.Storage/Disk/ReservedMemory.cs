namespace EdgeStream.Storage;

/// <summary>
/// A range of addresses that takes memory only where something was written, and shows zeros elsewhere.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed unsafe class ReservedMemory : IDisposable
{
    /// <summary>The largest page that Linux has on the processors that this runs on.</summary>
    private const int PageSizeBytesMax = 64 << 10;

    private readonly nuint _sizeBytes;
    private byte* _address;

    /// <summary>Reserves the range.</summary>
    /// <exception cref="IOException">There are no addresses left.</exception>
    internal ReservedMemory(int sizeBytes)
    {
        _sizeBytes = (nuint)Math.Max(1, sizeBytes);
        _address = NativeMethods.ReserveMemory(_sizeBytes);
    }

    /// <summary>Ends the range, if nobody did.</summary>
    ~ReservedMemory() => End();

    /// <summary>Where it begins.</summary>
    internal byte* Address => _address;

    /// <summary>The range.</summary>
    internal Span<byte> Bytes => new(_address, (int)_sizeBytes);

    /// <summary>Gives all memory back; the range shows zeros again.</summary>
    internal void Release() => NativeMethods.ReleaseMemory(_address, _sizeBytes);

    /// <summary>Gives the memory of whole pages before an offset back; they show zeros again.</summary>
    internal void ReleaseBefore(int offset) =>
        NativeMethods.ReleaseMemory(_address, (nuint)(offset & ~(PageSizeBytesMax - 1)));

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        if (_address != null)
        {
            NativeMethods.EndMemory(_address, _sizeBytes);
            _address = null;
        }
    }
}
