using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>The system's libzstd, if it is there. Thread-safe.</summary>
internal sealed unsafe class ZstandardLibrary
{
    private const string FileName = "libzstd.so.1";
    private const int Level = 3;

    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint, int, nuint> _compress;
    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint, nuint> _expand;
    private readonly delegate* unmanaged<nuint, uint> _isError;

    private ZstandardLibrary(nint library)
    {
        _compress = (delegate* unmanaged<byte*, nuint, byte*, nuint, int, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_compress");
        _expand = (delegate* unmanaged<byte*, nuint, byte*, nuint, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_decompress");
        _isError = (delegate* unmanaged<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
    }

    /// <summary>The library; null where the machine has none.</summary>
    internal static ZstandardLibrary? Instance { get; } = TryLoad();

    /// <summary>Compresses into one frame; false if it does not fit.</summary>
    internal bool TryCompress(ReadOnlySpan<byte> source, Span<byte> target, out int sizeBytes)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            var size = _compress(to, (nuint)target.Length, from, (nuint)source.Length, Level);
            var isDone = _isError(size) == 0;
            sizeBytes = isDone ? (int)size : 0;
            return isDone;
        }
    }

    /// <summary>Expands one frame that must fill the target.</summary>
    internal bool TryExpand(ReadOnlySpan<byte> source, Span<byte> target)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            return _expand(to, (nuint)target.Length, from, (nuint)source.Length) == (nuint)target.Length;
        }
    }

    private static ZstandardLibrary? TryLoad()
    {
        if (!NativeLibrary.TryLoad(FileName, out var library))
        {
            return null;
        }

        try
        {
            return new ZstandardLibrary(library);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }
}
