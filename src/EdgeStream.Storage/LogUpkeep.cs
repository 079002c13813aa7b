namespace EdgeStream.Storage;

/// <summary>The work on one log that nobody waits for.</summary>
/// <remarks>Thread-safe. One piece of work at a time; closing waits for the one that is being done.</remarks>
internal sealed class LogUpkeep(Upkeep upkeep, SegmentSpares spares, Func<ShardLogOptions> options)
{
    private readonly Lock _turn = new();
    private readonly Lock _gate = new();
    private readonly Queue<SealedFile> _unfinished = [];
    private Exception? _failure;
    private bool _isSpareWanted;
    private bool _isClosed;

    /// <summary>What went wrong last; null while all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Takes over a segment that was just sealed, and whatever else is due.</summary>
    internal void Finish(SealedFile file)
    {
        lock (_gate)
        {
            _unfinished.Enqueue(file);
        }

        upkeep.Signal(this);
    }

    /// <summary>
    /// Asks for a spare when the active segment is half full, so that the next one need not be waited for.
    /// </summary>
    internal void PrepareAhead(int endOffset)
    {
        var wanted = options();
        if (endOffset > wanted.SegmentSizeBytes / 2
            && wanted.SpareSegmentsMax > 0
            && !spares.HasReady(wanted.SegmentSizeBytes))
        {
            Volatile.Write(ref _isSpareWanted, true);
            upkeep.Signal(this);
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
                    var wanted = options();
                    spares.Prepare(wanted.SegmentSizeBytes, wanted.SpareSegmentsMax, wanted.Space);
                }
            }
            catch (Exception error)
            {
                // Whatever it is, this thread serves other logs too.
                Volatile.Write(ref _failure, error);
            }
        }
    }

    /// <summary>Finishes what was begun and does nothing from then on.</summary>
    internal void Close()
    {
        lock (_turn)
        {
            _isClosed = true;
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

    private void FinishSealed()
    {
        while (true)
        {
            SealedFile file;
            lock (_gate)
            {
                if (!_unfinished.TryDequeue(out file!))
                {
                    return;
                }
            }

            file.Finish();
        }
    }
}
