using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Room that is held back on the disk by files of at most <see cref="ChunkSizeBytes"/> in the folder <c>reserve</c>:
/// removing one gives that room to whoever needs it most.
/// </summary>
/// <remarks>
/// Not thread-safe: used under the budget's lock. The files hold nothing. A chunk is made only while the file system
/// has several times its size free, so that the reserve never takes the last room from those it is meant for. A file
/// that the disk fails to open or to remove counts as nothing, its number is passed over, and its removal is tried
/// again each second.
/// </remarks>
internal sealed class DiskReserve
{
    /// <summary>One segment of the state, or of the small streams that use the reserve.</summary>
    internal const int ChunkSizeBytes = 4 << 20;

    private const int FreeChunksBeforeGrowth = 4;
    private const string Extension = ".reserve";

    private readonly IDisk _disk;
    private readonly string _folder;

    /// <summary>The chunks, the largest first.</summary>
    private readonly List<Chunk> _chunks = [];

    /// <summary>The numbers of files that hold nobody knows what, since the disk fails at them.</summary>
    private readonly SortedSet<int> _unusable = [];
    private bool _isFound;

    /// <summary>Takes over the files that are there. Never throws: what fails now, the first tick tells.</summary>
    internal DiskReserve(IDisk disk, string folder)
    {
        _disk = disk;
        _folder = folder;
        try
        {
            Find();
        }
        catch (IOException)
        {
            // On a full disk the folder cannot even be made, and there is nothing in it either.
        }
    }

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
    /// <exception cref="IOException">
    /// A file cannot be made or removed: the reserve is smaller than it should be, and the next call tries again.
    /// </exception>
    internal void Tick(long targetBytes, DiskRoom room)
    {
        var mayGrow = room.FreeBytes >= (long)FreeChunksBeforeGrowth * ChunkSizeBytes;
        if (!_isFound && mayGrow)
        {
            Find();
        }

        var missing = targetBytes - HeldBytes;
        if (missing < 0)
        {
            TryRemoveSmallest(out _);
        }
        else if (missing > 0 && mayGrow)
        {
            TryAdd(Math.Min(missing, ChunkSizeBytes));
        }

        RemoveUnusable();
    }

    /// <summary>Gives up at least this many bytes, or what there is; false when there is nothing.</summary>
    internal bool TryRelease(long sizeBytes)
    {
        long released = 0;
        while (released < sizeBytes && _chunks.Count > 0)
        {
            released += TryRemoveSmallest(out var freed) ? freed : 0;
        }

        return released > 0;
    }

    /// <summary>Looks what is there, as far as it is not known.</summary>
    private void Find()
    {
        foreach (var name in _disk.List(_folder))
        {
            if (TryParse(name, out var number) && !IsTaken(number))
            {
                Find(number);
            }
        }

        _chunks.Sort(BySizeDescending);
        _isFound = true;
    }

    private void Find(int number)
    {
        try
        {
            using var file = _disk.Open(PathOf(number));
            _chunks.Add(new Chunk(number, file.SizeBytes));
        }
        catch (IOException)
        {
            _unusable.Add(number);
        }
    }

    private bool IsTaken(int number) =>
        _unusable.Contains(number) || _chunks.Exists(chunk => chunk.Number == number);

    private static int BySizeDescending(Chunk left, Chunk right) => right.SizeBytes.CompareTo(left.SizeBytes);

    /// <summary>Whether a file is one of the reserve: its name is the one that its number gets here.</summary>
    private static bool TryParse(string name, out int number)
    {
        number = 0;
        return name.EndsWith(Extension, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(0, name.Length - Extension.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out number)
            && name == NameOf(number);
    }

    private void TryAdd(long sizeBytes)
    {
        var number = 0;
        while (IsTaken(number))
        {
            number++;
        }

        // Whatever goes wrong, what is there then is looked at before another one is made.
        _isFound = false;
        try
        {
            _disk.Create(PathOf(number), sizeBytes).Dispose();
            _chunks.Add(new Chunk(number, sizeBytes));
            _chunks.Sort(BySizeDescending);
            _isFound = true;
        }
        catch (DiskFullException)
        {
            // Others were faster; a later tick tries again.
            _isFound = true;
        }
    }

    /// <summary>Removes the smallest chunk; one that cannot be removed gives no room to anybody, and counts no more.
    /// </summary>
    private bool TryRemoveSmallest(out long freedBytes)
    {
        var smallest = _chunks[^1];
        _chunks.RemoveAt(_chunks.Count - 1);
        try
        {
            _disk.Delete(PathOf(smallest.Number));
            freedBytes = smallest.SizeBytes;
            return true;
        }
        catch (IOException)
        {
            _unusable.Add(smallest.Number);
            freedBytes = 0;
            return false;
        }
    }

    /// <summary>Tries again with the first file that the disk has failed at: it holds nothing that is needed.</summary>
    private void RemoveUnusable()
    {
        if (_unusable.Count > 0)
        {
            var number = _unusable.Min;
            _disk.Delete(PathOf(number));
            _unusable.Remove(number);
        }
    }

    private static string NameOf(int number) => number.ToString("D4", CultureInfo.InvariantCulture) + Extension;

    private string PathOf(int number) => Path.Combine(_folder, NameOf(number));

    private readonly record struct Chunk(int Number, long SizeBytes);
}
