using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Room that is held back on the disk by files of at most <see cref="ChunkSizeBytes"/> in the folder <c>reserve</c>:
/// removing one gives that room to whoever needs it most.
/// </summary>
/// <remarks>
/// Not thread-safe: used under the budget's lock. The files hold nothing. A chunk is made only while the file system
/// has several times its size free, so that the reserve never takes the last room from those it is meant for.
/// </remarks>
internal sealed class DiskReserve(IDisk disk, string folder)
{
    /// <summary>One segment of the state, or of the small streams that use the reserve.</summary>
    internal const int ChunkSizeBytes = 4 << 20;

    private const int FreeChunksBeforeGrowth = 4;
    private const string Extension = ".reserve";

    /// <summary>The chunks, the largest first.</summary>
    private readonly List<Chunk> _chunks = Find(disk, folder);

    /// <summary>Bytes that are held back now.</summary>
    internal long HeldBytes
    {
        get
        {
            long held = 0;
            foreach (var chunk in _chunks)
            {
                held += chunk.SizeBytes;
            }

            return held;
        }
    }

    /// <summary>
    /// Makes one chunk if some are missing and there is room, or removes the smallest where there is too much; called
    /// once a second.
    /// </summary>
    /// <remarks>The last chunk is as small as what is missing, so that the reserve is what was asked for.</remarks>
    internal void Tick(long targetBytes, DiskRoom room)
    {
        var missing = targetBytes - HeldBytes;
        if (missing < 0)
        {
            RemoveSmallest();
        }
        else if (missing > 0 && room.FreeBytes >= (long)FreeChunksBeforeGrowth * ChunkSizeBytes)
        {
            TryAdd(Math.Min(missing, ChunkSizeBytes));
        }
    }

    /// <summary>Gives up at least this many bytes, or what there is; false when there is nothing.</summary>
    internal bool TryRelease(long sizeBytes)
    {
        long released = 0;
        while (released < sizeBytes && _chunks.Count > 0)
        {
            released += RemoveSmallest();
        }

        return released > 0;
    }

    private static List<Chunk> Find(IDisk disk, string folder)
    {
        var chunks = new List<Chunk>();
        try
        {
            foreach (var name in disk.List(folder))
            {
                if (TryParse(name, out var number))
                {
                    using var file = disk.Open(Path.Combine(folder, name));
                    chunks.Add(new Chunk(number, file.SizeBytes));
                }
            }
        }
        catch (IOException)
        {
            // On a full disk the folder cannot even be made, and there is nothing in it either.
        }

        chunks.Sort(BySizeDescending);
        return chunks;
    }

    private static int BySizeDescending(Chunk left, Chunk right) => right.SizeBytes.CompareTo(left.SizeBytes);

    private static bool TryParse(string name, out int number)
    {
        number = 0;
        return name.EndsWith(Extension, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(0, name.Length - Extension.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out number);
    }

    private void TryAdd(long sizeBytes)
    {
        var number = 0;
        while (_chunks.Exists(chunk => chunk.Number == number))
        {
            number++;
        }

        try
        {
            disk.List(folder);
            disk.Create(PathOf(number), sizeBytes).Dispose();
            _chunks.Add(new Chunk(number, sizeBytes));
            _chunks.Sort(BySizeDescending);
        }
        catch (DiskFullException)
        {
            // Others were faster; a later tick tries again.
        }
    }

    private long RemoveSmallest()
    {
        var smallest = _chunks[^1];
        disk.Delete(PathOf(smallest.Number));
        _chunks.RemoveAt(_chunks.Count - 1);
        return smallest.SizeBytes;
    }

    private string PathOf(int number) =>
        Path.Combine(folder, number.ToString("D4", CultureInfo.InvariantCulture) + Extension);

    private readonly record struct Chunk(int Number, long SizeBytes);
}
