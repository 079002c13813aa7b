using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>The work on one log that nobody waits for.</summary>
/// <remarks>Thread-safe. One piece of work at a time; closing waits for the one that is being done.</remarks>
internal sealed class LogUpkeep
{
    private readonly Lock _turn = new();
    private readonly Lock _gate = new();
    private readonly Queue<SealedFile> _unfinished = [];
    private readonly HashSet<SequenceNumber> _incompressible = [];
    private readonly IDisk _disk;
    private readonly Upkeep _upkeep;
    private readonly SegmentSpares _spares;
    private readonly LogScrub _scrub;
    private readonly Func<ShardLogOptions> _options;
    private readonly Func<ImmutableArray<Segment>> _segments;
    private Exception? _failure;
    private bool _isSpareWanted;
    private bool _isClosed;

    internal LogUpkeep(
        IDisk disk,
        LogClock clock,
        Upkeep upkeep,
        SegmentSpares spares,
        Func<ShardLogOptions> options,
        Func<ImmutableArray<Segment>> segments)
    {
        _disk = disk;
        _upkeep = upkeep;
        _spares = spares;
        _options = options;
        _segments = segments;
        var folder = options().Folder;
        foreach (var name in disk.List(folder))
        {
            if (name.EndsWith(SegmentCompressor.Extension, StringComparison.Ordinal))
            {
                disk.Delete(Path.Combine(folder, name));
            }
        }

        _scrub = new LogScrub(disk, folder, clock);
        upkeep.Add(this);
    }

    /// <summary>What checking the sealed segments found.</summary>
    internal ScrubStatus Scrub => _scrub.Status;

    /// <summary>What went wrong last; null while all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Takes over a segment that was just sealed, and whatever else is due.</summary>
    internal void Finish(SealedFile file)
    {
        lock (_gate)
        {
            _unfinished.Enqueue(file);
        }

        _upkeep.Signal(this);
    }

    /// <summary>
    /// Asks for a spare when the active segment is half full, so that the next one need not be waited for.
    /// </summary>
    internal void PrepareAhead(int endOffset)
    {
        var wanted = _options();
        if (endOffset > wanted.SegmentSizeBytes / 2
            && wanted.SpareSegmentsMax > 0
            && !_spares.HasReady(wanted.SegmentSizeBytes))
        {
            Volatile.Write(ref _isSpareWanted, true);
            _upkeep.Signal(this);
        }
    }

    /// <summary>Does what is due. Called by the upkeep's thread.</summary>
    internal void DoWork()
    {
        lock (_turn)
        {
            if (_isClosed)
            {
                return;
            }

            try
            {
                FinishSealed();
                if (Interlocked.Exchange(ref _isSpareWanted, false))
                {
                    var wanted = _options();
                    _spares.Prepare(wanted.SegmentSizeBytes, wanted.SpareSegmentsMax, wanted.Space);
                }

                CompressNext();
            }
            catch (Exception error)
            {
                // Whatever it is, this thread serves other logs too.
                Volatile.Write(ref _failure, error);
            }
        }
    }

    /// <summary>Checks the next piece of a sealed segment; returns the bytes read, 0 if nothing is due.</summary>
    internal int CheckNext()
    {
        lock (_turn)
        {
            try
            {
                // What is not finished may not be durable: checking would make an index file that says it is.
                var segments = _segments();
                return _isClosed || HasUnfinished ? 0 : _scrub.Step(segments);
            }
            catch (Exception error)
            {
                Volatile.Write(ref _failure, error);
                return 0;
            }
        }
    }

    /// <summary>Finishes what was begun and does nothing from then on.</summary>
    internal void Close()
    {
        Volatile.Write(ref _isClosed, true);
        _upkeep.Remove(this);
        lock (_turn)
        {
            try
            {
                FinishSealed();
            }
            catch (Exception error)
            {
                Volatile.Write(ref _failure, error);
            }
        }
    }

    private bool HasUnfinished
    {
        get
        {
            lock (_gate)
            {
                return _unfinished.Count > 0;
            }
        }
    }

    private void FinishSealed()
    {
        while (true)
        {
            SealedFile file;
            lock (_gate)
            {
                if (!_unfinished.TryPeek(out file!))
                {
                    return;
                }
            }

            try
            {
                file.Finish();
            }
            finally
            {
                lock (_gate)
                {
                    _unfinished.Dequeue();
                }
            }
        }
    }

    /// <summary>
    /// Compresses one sealed segment, if the log wants that, and asks for another turn if there are more.
    /// </summary>
    private void CompressNext()
    {
        if (BlockCodec.Choose(_options().Compression) is not { } codec)
        {
            return;
        }

        var segments = _segments();
        _incompressible.RemoveWhere(first => first < segments[0].FirstSequence);
        for (var i = 0; i < segments.Length - 1; i++)
        {
            var segment = segments[i];
            if (segment.IsCompressed || _incompressible.Contains(segment.FirstSequence))
            {
                continue;
            }

            if (TryCompress(segment, segments[i + 1].FirstSequence, codec))
            {
                _upkeep.Signal(this);
            }

            return;
        }
    }

    /// <summary>Compresses a segment, or notes that it stays as it is; false when there was no room for that.</summary>
    private bool TryCompress(Segment segment, SequenceNumber end, BlockCodecKind codec)
    {
        var isSettled = false;
        try
        {
            isSettled = SegmentCompressor.TryCompress(
                _disk, segment, end, codec, () => Volatile.Read(ref _isClosed));
            return true;
        }
        catch (FileNotFoundException)
        {
            // Evicted at this moment.
            return true;
        }
        catch (DiskFullException)
        {
            // Tried again when there is other work to do.
            isSettled = true;
            return false;
        }
        finally
        {
            if (!isSettled)
            {
                _incompressible.Add(segment.FirstSequence);
            }
        }
    }
}
