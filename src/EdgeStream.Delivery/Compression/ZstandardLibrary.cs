using System.Runtime.InteropServices;

namespace EdgeStream.Delivery;

/// <summary>The system's libzstd, if it is there. Thread-safe.</summary>
internal sealed unsafe class ZstandardLibrary
{
    /// <summary>The library's file; Debian has it in the package libzstd1.</summary>
    public const string FileName = "libzstd.so.1";

    private const int LevelParameter = 100;
    private const int WindowLogParameter = 101;
    private const int ChecksumParameter = 201;
    private const int Level = 3;

    /// <summary>512 KiB: it bounds what a compressor holds.</summary>
    private const int WindowLog = 19;

    private readonly delegate* unmanaged<nint> _create;
    private readonly delegate* unmanaged<nint, nuint> _free;
    private readonly delegate* unmanaged<nint, int, int, nuint> _set;
    private readonly delegate* unmanaged<nint, Chunk*, Chunk*, int, nuint> _compress;
    private readonly delegate* unmanaged<nint, nuint> _sizeOf;
    private readonly delegate* unmanaged<nuint, uint> _isError;

    private ZstandardLibrary(nint library)
    {
        _create = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createCCtx");
        _free = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeCCtx");
        _set = (delegate* unmanaged<nint, int, int, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_CCtx_setParameter");
        _compress = (delegate* unmanaged<nint, Chunk*, Chunk*, int, nuint>)
            NativeLibrary.GetExport(library, "ZSTD_compressStream2");
        _sizeOf = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_sizeof_CCtx");
        _isError = (delegate* unmanaged<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
    }

    /// <summary>The library; null where the machine has none, or one before 1.4.</summary>
    public static ZstandardLibrary? Instance { get; } = TryLoad(FileName);

    /// <summary>Loads a library of that name; null where there is none that can be used.</summary>
    public static ZstandardLibrary? TryLoad(string fileName)
    {
        if (!NativeLibrary.TryLoad(fileName, out var library))
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

    /// <summary>A compressor, to be freed; with a checksum of the content at the end of each frame.</summary>
    /// <exception cref="InvalidOperationException">The library refuses a parameter.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    public nint Create()
    {
        var compressor = _create();
        if (compressor == 0)
        {
            throw new OutOfMemoryException($"{FileName} has no memory for a compressor.");
        }

        Check(_set(compressor, LevelParameter, Level));
        Check(_set(compressor, WindowLogParameter, WindowLog));
        Check(_set(compressor, ChecksumParameter, 1));
        return compressor;
    }

    /// <summary>Gives a compressor's memory back.</summary>
    public void Free(nint compressor) => _free(compressor);

    /// <summary>The memory that a compressor holds now, in bytes.</summary>
    public long SizeOf(nint compressor) => (long)_sizeOf(compressor);

    /// <summary>Compresses some of the source into the target.</summary>
    /// <param name="compressor">From <see cref="Create"/>.</param>
    /// <param name="source">What comes next; what was taken is cut off.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="isEnd">Whether the frame ends with it.</param>
    /// <param name="written">How much of the target was used.</param>
    /// <returns>Whether all of it was written, which is told only at the end.</returns>
    /// <exception cref="InvalidOperationException">The library reports an error.</exception>
    public bool Compress(
        nint compressor, ref ReadOnlySpan<byte> source, Span<byte> target, bool isEnd, out int written)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            var input = new Chunk { Bytes = from, Size = (nuint)source.Length };
            var output = new Chunk { Bytes = to, Size = (nuint)target.Length };
            var left = Check(_compress(compressor, &output, &input, isEnd ? 2 : 0));
            source = source[(int)input.Position..];
            written = (int)output.Position;
            return isEnd && left == 0;
        }
    }

    private nuint Check(nuint result) => _isError(result) == 0 ? result
        : throw new InvalidOperationException($"{FileName} reports error {-(nint)result}.");

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer.</summary>
    private struct Chunk
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }
}
