using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Storage;

/// <summary>A file of <see cref="ReadOnlyDisk"/>.</summary>
internal sealed class ReadOnlyFile(string path, SafeFileHandle handle, bool mustCopy) : IDiskFile
{
    /// <inheritdoc/>
    public long SizeBytes => RandomAccess.GetLength(handle);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw Refused();

    /// <inheritdoc/>
    public void Sync() => throw Refused();

    /// <inheritdoc/>
    public int ReadDevice(long offset, Span<byte> bytes)
    {
        NativeMethods.Forget(handle, offset, bytes.Length);
        return RandomAccess.Read(handle, bytes, offset);
    }

    /// <inheritdoc/>
    public void Truncate(long sizeBytes) => throw Refused();

    /// <inheritdoc/>
    public MappedRegion Map() => mustCopy ? Copy() : MapFile();

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private MappedRegion Copy()
    {
        var block = new MemoryBlock(checked((int)SizeBytes));
        var rest = block.Span;
        while (!rest.IsEmpty)
        {
            var count = RandomAccess.Read(handle, rest, block.SizeBytes - rest.Length);
            if (count == 0)
            {
                // Cut at this moment: what was cut off held no record.
                break;
            }

            rest = rest[count..];
        }

        return Shown(block);
    }

    private unsafe MappedRegion MapFile()
    {
        // The mapping has a descriptor of its own, so that closing this file does not end it.
        var own = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var size = RandomAccess.GetLength(own);
        if (size == 0)
        {
            own.Dispose();
            return Shown(new MemoryBlock(0));
        }

        var file = MemoryMappedFile.CreateFromFile(
            own, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        var view = file.CreateViewAccessor(0, size, MemoryMappedFileAccess.Read);
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        return new MappedRegion(address + view.PointerOffset, size, new Mapping(file, view));
    }

    private static MappedRegion Shown(MemoryBlock block)
    {
        var region = block.Map(block.SizeBytes);
        block.Release();
        return region;
    }

    private IOException Refused() => new($"{path} was opened for looking and is not changed.");

    private sealed class Mapping(MemoryMappedFile file, MemoryMappedViewAccessor view) : IDisposable
    {
        public void Dispose()
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }
}
