using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>A file's content in memory of its own, zeroed, freed with its last mapping once it is released.</summary>
internal sealed unsafe class MemoryBlock(int sizeBytes)
{
    private readonly byte* _address = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(1, sizeBytes));
    private int _users = 1;

    ~MemoryBlock() => NativeMemory.Free(_address);

    internal int SizeBytes => sizeBytes;

    internal Span<byte> Span => new(_address, sizeBytes);

    /// <summary>A region that shows the first bytes of the block and keeps it until it is disposed.</summary>
    internal MappedRegion Map(int shownBytes)
    {
        Interlocked.Increment(ref _users);
        return new MappedRegion(_address, shownBytes, new Use(this));
    }

    /// <summary>Ends the maker's own use of it.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            GC.SuppressFinalize(this);
            NativeMemory.Free(_address);
        }
    }

    private sealed class Use(MemoryBlock block) : IDisposable
    {
        public void Dispose() => block.Release();
    }
}
