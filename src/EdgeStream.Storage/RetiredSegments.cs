namespace EdgeStream.Storage;

/// <summary>Takes the files of segments that have left a log out of its folder, and keeps those that it
/// cannot.</summary>
/// <remarks>
/// <para>Thread-safe. What cannot be removed counts in what the log takes on disk and is tried again with every tick of
/// the log; <see cref="UpkeepWork.Removing"/> tells. A <see cref="TrimHorizon"/> is written then, so that a start does
/// not take it for a part of the log: without that, a file that goes after it would be missing between two others, and
/// what stands before it be taken for the torn end of the log. So others go too, but only once the horizon is on the
/// device.</para>
/// <para>While <see cref="CountMax"/> are kept, or the horizon cannot be written, the log evicts nothing more: that
/// would cost records and free nothing.</para>
/// </remarks>
internal sealed class RetiredSegments(
    IDisk disk, string folder, SegmentSpares spares, UpkeepFailures failures, OpenedShard opened)
{
    /// <summary>How many segments may wait to be removed before the log evicts no more.</summary>
    internal const int CountMax = 8;

    private readonly Lock _gate = new();
    private readonly string _horizonPath = Path.Combine(folder, TrimHorizon.FileName);
    private readonly List<Segment> _kept = KeptOf(opened, failures);

    /// <summary>The first record behind all that was kept, and what the file says.</summary>
    private SequenceNumber _horizon = opened.Horizon;
    private SequenceNumber _horizonOnDisk = opened.Horizon;
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

    /// <summary>Whether so much waits, or waits without a horizon, that the log must not evict.</summary>
    internal bool MustWait
    {
        get
        {
            lock (_gate)
            {
                return _kept.Count >= CountMax || !IsHorizonKept;
            }
        }
    }

    private static List<Segment> KeptOf(OpenedShard opened, UpkeepFailures failures)
    {
        if (opened.EvictedFailure is { } failure)
        {
            failures.Add(UpkeepWork.Removing, failure);
        }

        return [.. opened.Evicted];
    }

    /// <summary>Takes over a segment that has left the log; see <see cref="SegmentSpares.Retire"/>.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="next">The first record that is left.</param>
    /// <param name="sizeBytes">The size that a spare has.</param>
    /// <param name="spareCountMax">How many there may be.</param>
    internal void Retire(Segment segment, SequenceNumber next, int sizeBytes, int spareCountMax)
    {
        try
        {
            KeepHorizon();
            spares.Retire(segment, sizeBytes, spareCountMax);
        }
        catch (IOException error)
        {
            lock (_gate)
            {
                _kept.Add(segment);
                _horizon = next > _horizon ? next : _horizon;
                failures.Add(UpkeepWork.Removing, error);
            }

            TryKeepHorizon();
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

        TryKeepHorizon();
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
                lock (_gate)
                {
                    if (!IsHorizonKept)
                    {
                        break;
                    }
                }
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

    /// <summary>Whether a start would pass over all that is kept. Under the gate.</summary>
    private bool IsHorizonKept => _kept.Count == 0 || _horizonOnDisk >= _horizon;

    /// <summary>Writes the horizon where files before it are there and nothing says it yet.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    private void KeepHorizon()
    {
        lock (_gate)
        {
            if (!IsHorizonKept)
            {
                disk.Replace(_horizonPath, TrimHorizon.ToBytes(_horizon));
                _horizonOnDisk = _horizon;
            }
        }
    }

    /// <summary>The same, where the next try is soon enough.</summary>
    private void TryKeepHorizon()
    {
        try
        {
            KeepHorizon();
        }
        catch (IOException)
        {
            // What failed to be removed is told; until this succeeds nothing behind it is.
        }
    }

    /// <summary>Where nothing is kept the horizon is of no use; false if it could not be removed. Under the gate.
    /// </summary>
    private bool TryForgetHorizon()
    {
        if (_kept.Count > 0 || _horizonOnDisk == SequenceNumber.None)
        {
            return true;
        }

        try
        {
            disk.Delete(_horizonPath);
            _horizonOnDisk = SequenceNumber.None;
            return true;
        }
        catch (IOException error)
        {
            failures.Add(UpkeepWork.Removing, error);
            return false;
        }
    }

    /// <summary>Somebody else may have removed what could not be removed before.</summary>
    private void ClearIfDone()
    {
        lock (_gate)
        {
            var isForgotten = TryForgetHorizon();
            if (isForgotten && _kept.Count == 0 && !_isSpareKept && failures.Has(UpkeepWork.Removing))
            {
                failures.Clear(UpkeepWork.Removing);
            }
        }
    }
}
