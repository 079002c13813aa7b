using System.Globalization;

namespace EdgeStream.Storage;

/// <summary>
/// Files that wait to become a log's next segment, <c>0.spare</c> to <c>3.spare</c>: retired segments, whose blocks are
/// already written, or new ones that were made ahead of need. Two at most; the other places are for what the disk can
/// neither open nor delete.
/// </summary>
/// <remarks>
/// Thread-safe. A spare is nobody's record: it may vanish at any time. It becomes a segment in three steps, each
/// durable before the next: a header with a salt of its own, so that nothing that the file held before verifies; its
/// name; the first commit. A power cut in between leaves a spare, or a segment without records.
/// </remarks>
internal sealed class SegmentSpares
{
    /// <summary>How many spares a log may have.</summary>
    internal const int CountMax = 2;

    /// <summary>How many names there are for them.</summary>
    private const int PlaceCount = 4;

    private const string Extension = ".spare";

    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly Slot[] _slots = new Slot[PlaceCount];

    /// <summary>Takes over the spares that the folder holds; one that cannot be opened keeps its place and nothing
    /// else.</summary>
    internal SegmentSpares(IDisk disk, string folder)
    {
        _disk = disk;
        _folder = folder;
        foreach (var name in disk.List(folder))
        {
            if (TryParseName(name, out var slot))
            {
                _slots[slot] = Look(Path.Combine(folder, name));
            }
        }
    }

    /// <summary>What is wrong with the spares that were found, one line each.</summary>
    internal List<string> Findings { get; } = [];

    /// <summary>Bytes that the spares take on disk.</summary>
    internal long SizeBytes => SizeBytesWith(static () => 0);

    /// <summary>The same with the log's segments, none of which counts as a spare too.</summary>
    internal long SizeBytesWith(Func<long> segmentBytes)
    {
        lock (_gate)
        {
            var size = segmentBytes();
            foreach (var slot in _slots)
            {
                size += slot.SizeBytes;
            }

            return size;
        }
    }

    /// <summary>Whether a spare of this size waits.</summary>
    internal bool HasReady(int sizeBytes)
    {
        lock (_gate)
        {
            return FindReady(sizeBytes) >= 0;
        }
    }

    /// <summary>Takes a spare of this size for <see cref="Begin"/>; null if none waits.</summary>
    internal int? TryTake(int sizeBytes)
    {
        lock (_gate)
        {
            var slot = FindReady(sizeBytes);
            if (slot < 0)
            {
                return null;
            }

            _slots[slot] = _slots[slot] with { State = SlotState.Busy };
            return slot;
        }
    }

    /// <summary>Makes a spare for <see cref="Begin"/>.</summary>
    /// <exception cref="DiskFullException">There is no room; nothing has changed.</exception>
    internal int Make(int sizeBytes)
    {
        var slot = TryReserve(sizeBytes, PlaceCount);
        if (slot < 0)
        {
            throw new IOException($"All {PlaceCount} places for a spare segment in {_folder} are in use.");
        }

        Make(slot, sizeBytes, SlotState.Busy);
        return slot;
    }

    /// <summary>Begins a segment in a spare that <see cref="TryTake"/> or <see cref="Make(int)"/> gave.</summary>
    /// <returns>The segment; who counts it calls <see cref="Settle"/>.</returns>
    /// <remarks>
    /// A new file is a spare first too: an empty segment of the same name stays in its place until the new one is
    /// whole. A spare that cannot be written is replaced by a new file, once: its blocks may be bad, and it would be
    /// taken again at each start.
    /// </remarks>
    internal BegunSegment Begin(int slot, SegmentStart start)
    {
        var isBegun = false;
        try
        {
            BegunSegment begun;
            try
            {
                begun = BeginIn(slot, start);
            }
            catch (UnusableSpareException)
            {
                Make(slot, start.SizeBytes, SlotState.Busy);
                begun = BeginIn(slot, start);
            }

            isBegun = true;
            return begun;
        }
        finally
        {
            if (!isBegun)
            {
                Free(slot);
            }
        }
    }

    /// <summary>
    /// Lets the log count the segment that was begun in a spare, which is no spare from then on: to whoever asks for
    /// the log's size meanwhile, it is one or the other.
    /// </summary>
    internal void Settle(int slot, Action addSegment)
    {
        lock (_gate)
        {
            addSegment();
            _slots[slot] = default;
        }
    }

    /// <summary>
    /// Takes a segment out of the log: its file becomes a spare if nobody reads it, it has the size that the next
    /// segment has, and there is a place for it. Otherwise it is deleted; readers that hold a lease read on.
    /// </summary>
    /// <param name="segment">A sealed segment that is no longer part of the log.</param>
    /// <param name="sizeBytes">The size of new segments.</param>
    /// <param name="countMax">How many spares there may be, 0 to <see cref="CountMax"/>.</param>
    internal void Retire(Segment segment, int sizeBytes, int countMax)
    {
        var slot = segment.SizeBytes == sizeBytes ? TryReserve(sizeBytes, countMax) : -1;
        if (slot < 0)
        {
            segment.DeleteFiles();
            return;
        }

        var isReady = false;
        try
        {
            isReady = segment.TryRecycle(PathOf(slot), sizeBytes);
        }
        catch (IOException)
        {
            // A name is changed before the folder is synced: the file may be a spare already, and counts then.
            isReady = Exists(PathOf(slot));
            throw;
        }
        finally
        {
            Set(slot, isReady ? new Slot(SlotState.Ready, sizeBytes, IsRecycled: true) : default);
        }
    }

    /// <summary>Makes a spare if none waits; without room for it, there is none.</summary>
    /// <param name="sizeBytes">The size of new segments.</param>
    /// <param name="countMax">How many spares there may be, 0 to <see cref="CountMax"/>.</param>
    /// <param name="space">Who says whether there is room; the spare counts from then on.</param>
    /// <remarks>Takes as long as the file system needs to reserve the blocks; appends go on meanwhile.</remarks>
    internal void Prepare(int sizeBytes, int countMax, ILogSpace? space)
    {
        var failure = TryDeleteOtherSizes(sizeBytes);
        if (!HasReady(sizeBytes))
        {
            TryPrepare(sizeBytes, countMax, space);
        }

        if (failure is not null)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private void TryPrepare(int sizeBytes, int countMax, ILogSpace? space)
    {
        // The place is taken with the room: until it is given, nobody may count it.
        var slot = -1;
        void Reserve() => slot = TryReserve(sizeBytes, countMax);
        if (space is null)
        {
            Reserve();
        }
        else
        {
            space.TryAdmitAhead(sizeBytes, Reserve);
        }

        try
        {
            if (slot >= 0)
            {
                Make(slot, sizeBytes, SlotState.Ready);
            }
        }
        catch (DiskFullException)
        {
            // Whoever needs the segment then will be told.
        }
    }

    /// <summary>Deletes the spares that wait, where room is needed for something else.</summary>
    /// <returns>Why one cannot be deleted; the others are. Null if all are.</returns>
    internal IOException? TryRelease() => TryDeleteOtherSizes(keptSizeBytes: -1);

    /// <summary>Deletes the spares that wait and have another size.</summary>
    /// <param name="keptSizeBytes">That of those which stay.</param>
    /// <returns>Why one cannot be deleted, which takes its room on; the others are. Null if all are.</returns>
    internal IOException? TryDeleteOtherSizes(int keptSizeBytes)
    {
        IOException? failure = null;
        for (var slot = 0; slot < PlaceCount; slot++)
        {
            Slot ready;
            lock (_gate)
            {
                ready = _slots[slot];
                if (ready.State != SlotState.Ready || ready.SizeBytes == keptSizeBytes)
                {
                    continue;
                }

                _slots[slot] = ready with { State = SlotState.Busy };
            }

            // What cannot be deleted takes room on.
            var left = ready;
            try
            {
                _disk.Delete(PathOf(slot));
                left = default;
            }
            catch (IOException error)
            {
                failure ??= error;
            }
            finally
            {
                Set(slot, left);
            }
        }

        return failure;
    }

    private Slot Look(string path)
    {
        try
        {
            using var file = _disk.Open(path);
            return new Slot(SlotState.Ready, file.SizeBytes, IsRecycled: true);
        }
        catch (IOException error)
        {
            Findings.Add($"{path}, a spare file that holds no records, is not used: {error.Message}");
            return new Slot(SlotState.Unusable, 0, IsRecycled: false);
        }
    }

    private BegunSegment BeginIn(int slot, SegmentStart start)
    {
        bool isRecycled;
        lock (_gate)
        {
            isRecycled = _slots[slot].IsRecycled;
        }

        return SegmentFile.Begin(_disk, PathOf(slot), isRecycled, _folder, start) with { Slot = slot };
    }

    /// <summary>Makes the file of a place that was reserved.</summary>
    private void Make(int slot, int sizeBytes, SlotState state)
    {
        var isMade = false;
        try
        {
            // A spare that could not be used may still be there.
            _disk.Delete(PathOf(slot));
            _disk.Create(PathOf(slot), sizeBytes).Dispose();
            isMade = true;
        }
        finally
        {
            Set(slot, isMade ? new Slot(state, sizeBytes, IsRecycled: false) : default);
        }
    }

    private int FindReady(int sizeBytes)
    {
        for (var slot = 0; slot < PlaceCount; slot++)
        {
            if (_slots[slot].State == SlotState.Ready && _slots[slot].SizeBytes == sizeBytes)
            {
                return slot;
            }
        }

        return -1;
    }

    private int TryReserve(int sizeBytes, int countMax)
    {
        lock (_gate)
        {
            var free = -1;
            var count = 0;
            for (var slot = PlaceCount - 1; slot >= 0; slot--)
            {
                var (state, size, _) = _slots[slot];
                free = state == SlotState.Free ? slot : free;

                // What cannot be opened, or deleted though its size is another, keeps its place and nothing else.
                count += state == SlotState.Busy || (state == SlotState.Ready && size == sizeBytes) ? 1 : 0;
            }

            if (free < 0 || count >= countMax)
            {
                return -1;
            }

            _slots[free] = new Slot(SlotState.Busy, sizeBytes, IsRecycled: true);
            return free;
        }
    }

    private bool Exists(string path)
    {
        try
        {
            _disk.Open(path).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Free(int slot) => Set(slot, default);

    private void Set(int slot, Slot value)
    {
        lock (_gate)
        {
            _slots[slot] = value;
        }
    }

    private string PathOf(int slot) =>
        Path.Combine(_folder, slot.ToString(CultureInfo.InvariantCulture) + Extension);

    private static bool TryParseName(string name, out int slot)
    {
        slot = name.Length == 1 + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            ? name[0] - '0'
            : -1;
        return slot is >= 0 and < PlaceCount;
    }

    private enum SlotState
    {
        Free = 0,
        Busy = 1,
        Ready = 2,

        /// <summary>A file stands there that cannot be opened.</summary>
        Unusable = 3,
    }

    private readonly record struct Slot(SlotState State, long SizeBytes, bool IsRecycled);
}
