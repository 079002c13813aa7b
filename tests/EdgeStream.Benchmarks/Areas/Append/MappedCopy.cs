using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Append;

/// <summary>The least that any log does: copy the bytes to where the file is mapped and compute their
/// checksum.</summary>
internal static class MappedCopy
{
    private const int OverheadBytes = 16;

    /// <summary>Copies so many records with their checksum, then checks them all; both in records per second.</summary>
    public static unsafe (double Copy, double Checksum) Rates(string path, int size, int count)
    {
        var slot = size + OverheadBytes;
        using var map = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, mapName: null, (long)slot * count);
        using var view = map.CreateViewAccessor();
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var data = new byte[size];
            var started = TimeProvider.System.GetTimestamp();
            for (var index = 0; index < count; index++)
            {
                var target = new Span<byte>(start + ((long)slot * index), slot);
                data.CopyTo(target[OverheadBytes..]);
                MemoryMarshal.Write(target, Crc32C.Compute(data));
            }

            var copy = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            started = TimeProvider.System.GetTimestamp();
            for (var index = 0; index < count; index++)
            {
                var source = new ReadOnlySpan<byte>(start + ((long)slot * index), slot);
                if (Crc32C.Compute(source[OverheadBytes..]) != MemoryMarshal.Read<uint>(source))
                {
                    throw new InvalidDataException($"Record {index} is damaged.");
                }
            }

            return (copy, count / TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
