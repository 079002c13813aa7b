using System.IO.MemoryMappedFiles;

namespace EdgeStream.Storage;

/// <summary>One read-only mapping of a whole file, mmap(2).</summary>
internal sealed class FileMapping : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private FileMapping(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        _file = file;
        _view = view;
    }

    /// <summary>Maps a file through a descriptor of its own; an empty file is an empty region.</summary>
    /// <exception cref="IOException">It cannot be opened or mapped; nothing stays open.</exception>
    internal static unsafe MappedRegion Of(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var size = RandomAccess.GetLength(handle);
            if (size == 0)
            {
                return new MappedRegion(null, 0, handle);
            }

            file = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, size, MemoryMappedFileAccess.Read);
            byte* address = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            return new MappedRegion(address + view.PointerOffset, size, new FileMapping(file, view))
            {
                IsFile = true,
                TellsResidency = NativeMethods.TellsResidency(path),
            };
        }
        catch
        {
            view?.Dispose();
            file?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
