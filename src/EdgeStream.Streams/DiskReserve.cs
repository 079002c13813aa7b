using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Room that is held back on the disk by files of <see cref="ChunkSizeBytes"/> in the folder <c>reserve</c>: removing
/// one gives that room to whoever needs it most.
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

    private readonly List<int> _chunks = Find(disk, folder);

    /// <summary>Bytes that are held back now.</summary>
    internal long HeldBytes => (long)_chunks.Count * ChunkSizeBytes;

    /// <summary>
    /// Makes one chunk if some are missing and there is room, or removes one that is too many; called once a second.
    /// </summary>
    internal void Tick(long targetBytes, DiskRoom room)
    {
        var targetCount = targetBytes / ChunkSizeBytes;
        if (_chunks.Count > targetCount)
        {
            RemoveOne();
        }
        else if (_chunks.Count < targetCount && room.FreeBytes >= (long)FreeChunksBeforeGrowth * ChunkSizeBytes)
        {
            TryAdd();
        }
    }

    /// <summary>Gives up at least this many bytes, or what there is; false when there is nothing.</summary>
    internal bool TryRelease(long sizeBytes)
    {
        long released = 0;
        while (released < sizeBytes && _chunks.Count > 0)
        {
            RemoveOne();
            released += ChunkSizeBytes;
        }

        return released > 0;
    }

    private static List<int> Find(IDisk disk, string folder)
    {
        var chunks = new List<int>();
        try
        {
            foreach (var name in disk.List(folder))
            {
                if (TryParse(name, out var number))
                {
                    chunks.Add(number);
                }
            }
        }
        catch (IOException)
        {
            // On a full disk the folder cannot even be made, and there is nothing in it either.
        }

        return chunks;
    }

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

    private void TryAdd()
    {
        var number = 0;
        while (_chunks.Contains(number))
        {
            number++;
        }

        try
        {
            disk.List(folder);
            disk.Create(PathOf(number), ChunkSizeBytes).Dispose();
            _chunks.Add(number);
        }
        catch (DiskFullException)
        {
            // Others were faster; a later tick tries again.
        }
    }

    private void RemoveOne()
    {
        disk.Delete(PathOf(_chunks[^1]));
        _chunks.RemoveAt(_chunks.Count - 1);
    }

    private string PathOf(int number) =>
        Path.Combine(folder, number.ToString("D4", CultureInfo.InvariantCulture) + Extension);
}
