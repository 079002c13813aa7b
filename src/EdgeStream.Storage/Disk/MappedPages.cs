namespace EdgeStream.Storage;

/// <summary>Has the pages of a mapped file read before they are looked at.</summary>
/// <remarks>
/// A page that the device cannot read ends the process that looks at it, so the kernel is asked before, with
/// MADV_POPULATE_READ. That call goes through the pages one by one, and takes longer for it than the checksum of what
/// is in them. But one page that is asked for brings its neighbours with it as far as they are in memory ("fault
/// around"), and mincore(2) then tells whether all are: mostly so, since what is read was written or read ahead a
/// moment ago.
/// </remarks>
internal static unsafe class MappedPages
{
    private const int PieceSizeBytes = 1 << 20;
    private const int PageSizeBytesMin = 4 << 10;

    /// <summary>What the kernel maps at once, aligned so, unless it was told otherwise.</summary>
    private const int FaultAroundSizeBytes = 64 << 10;

    /// <summary>Has a part of a mapping read, as far as it is not in memory.</summary>
    /// <param name="mapping">Where it begins.</param>
    /// <param name="start">The first byte of the part.</param>
    /// <param name="end">The byte behind it.</param>
    /// <param name="tellsResidency">Whether the kernel tells which pages are in memory.</param>
    /// <returns>False where the device cannot read it, or the file has become shorter.</returns>
    internal static bool TryLoad(byte* mapping, int start, int end, bool tellsResidency)
    {
        for (var at = start & ~(Environment.SystemPageSize - 1); at < end; at += PieceSizeBytes)
        {
            var size = Math.Min(PieceSizeBytes, end - at);
            var isResident = tellsResidency && TryMapResident(mapping + at, size);
            if (!isResident && !NativeMethods.TryPopulate(mapping + at, size))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Maps what is in memory; false where that is not all.</summary>
    private static bool TryMapResident(byte* start, int sizeBytes)
    {
        var end = start + sizeBytes;
        for (var at = start; at < end; at = NextNeighbourhood(at))
        {
            if (!NativeMethods.TryPopulate(at, 1))
            {
                return false;
            }
        }

        Span<byte> pages = stackalloc byte[PieceSizeBytes / PageSizeBytesMin];
        pages = pages[..((sizeBytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize)];
        if (!NativeMethods.TryGetResidency(start, sizeBytes, pages))
        {
            return false;
        }

        foreach (var page in pages)
        {
            if ((page & 1) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static byte* NextNeighbourhood(byte* address) =>
        (byte*)(((nuint)address / FaultAroundSizeBytes * FaultAroundSizeBytes) + FaultAroundSizeBytes);
}
