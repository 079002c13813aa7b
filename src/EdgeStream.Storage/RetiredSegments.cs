namespace EdgeStream.Storage;

/// <summary>Takes the files of segments that have left a log out of its folder, and keeps those that it
/// cannot.</summary>
/// <remarks>
/// <para>Thread-safe. What cannot be removed counts in what the log takes on disk and is tried again with every tick of
/// the log; <see cref="UpkeepWork.Removing"/> tells. It keeps no other segment from being removed.</para>
/// <para>While <see cref="CountMax"/> are kept the log evicts nothing more: where nothing can be removed, that would
/// cost records and free nothing. Several threads that evict at the same time may each add one to that.</para>
/// </remarks>
internal sealed class RetiredSegments(SegmentSpares spares, UpkeepFailures failures)
{
    /// <summary>How many segments may wait to be removed before the log evicts no more.</summary>
    internal const int CountMax = 8;

    private readonly Lock _gate = new();
    private readonly List<Segment> _kept = [];
    private volatile bool _isSpareKept;

    /// <summary>Bytes on disk of what could not be removed.</summary>
    internal long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                long size = 0;
                foreach (var segment in _kept)
                {
                    size += segment.SizeBytes;
                }

                return size;
            }
        }
    }

    /// <summary>Whether so much waits that the log must not evict.</summary>
    internal bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count >= CountMax;
            }
        }
    }

    /// <summary>Takes over a segment that has left the log; see <see cref="SegmentSpares.Retire"/>.</summary>
    internal void Retire(Segment segment, int sizeBytes, int spareCountMax)
    {
        try
        {
            spares.Retire(segment, sizeBytes, spareCountMax);
        }
        catch (IOException error)
        {
            lock (_gate)
            {
                _kept.Add(segment);
                failures.Add(UpkeepWork.Removing, error);
            }
        }
    }

    /// <summary>Deletes the spares that wait; returns the bytes that were given back.</summary>
    /// <remarks>One that cannot be deleted is told of, and stays a spare until a later try.</remarks>
    internal long ReleaseSpares()
    {
        var before = spares.SizeBytes;
        var failure = spares.TryRelease();
        _isSpareKept = failure is not null;
        if (failure is not null)
        {
            failures.Add(UpkeepWork.Removing, failure);
        }

        return Math.Max(0, before - spares.SizeBytes);
    }

    /// <summary>Tries again to remove what is kept. Called about once a second.</summary>
    internal void TryAgain()
    {
        Segment[] kept;
        lock (_gate)
        {
            kept = [.. _kept];
        }

        if (kept.Length == 0 && !_isSpareKept)
        {
            ClearIfDone();
            return;
        }

        IOException? first = null;
        foreach (var segment in kept)
        {
            try
            {
                segment.DeleteFiles();
                lock (_gate)
                {
                    _kept.Remove(segment);
                }
            }
            catch (IOException error)
            {
                first ??= error;
            }
        }

        if (first is not null)
        {
            // One for all of them: the next try tells of the next one that is left.
            failures.Add(UpkeepWork.Removing, first);
            return;
        }

        if (_isSpareKept)
        {
            ReleaseSpares();
        }

        ClearIfDone();
    }

    /// <summary>Somebody else may have removed what could not be removed before.</summary>
    private void ClearIfDone()
    {
        lock (_gate)
        {
            if (_kept.Count == 0 && !_isSpareKept && failures.Has(UpkeepWork.Removing))
            {
                failures.Clear(UpkeepWork.Removing);
            }
        }
    }
}
