namespace EdgeStream.Storage;

/// <summary>
/// Hands a large file to the device in pieces before it is synced, so that whoever begins a segment meanwhile waits for
/// a piece or two and not for all of it.
/// </summary>
/// <remarks>
/// Thread-safe; one file at a time has its pieces written. A sync of a small file is done when the device has done what
/// it was given before: behind 64 MiB that takes as long as these. While one piece is on its way the next one is given
/// too, so that the device is never idle; pieces have the size that the device takes in a few milliseconds, or the
/// least where it is slow.
/// </remarks>
internal sealed class PacedWriteBack
{
    internal const int PieceSizeBytesMin = 256 << 10;
    internal const int PieceSizeBytesMax = 2 << 20;

    private const double PieceMsMin = 2;
    private const double PieceMsMax = 4;

    private readonly object _gate = new();
    private readonly Lock _turn = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _holdMax;
    private int _holds;

    /// <param name="timeProvider">Times the pieces.</param>
    /// <param name="holdMax">So long a piece waits for others at most; 50 milliseconds if not given.</param>
    internal PacedWriteBack(TimeProvider timeProvider, TimeSpan? holdMax = null)
    {
        _timeProvider = timeProvider;
        _holdMax = holdMax ?? TimeSpan.FromMilliseconds(50);
    }

    /// <summary>How many bytes are given to the device at a time.</summary>
    internal int PieceSizeBytes { get; private set; } = PieceSizeBytesMin;

    /// <summary>No piece is begun before <see cref="Release"/>, for a while: somebody waits for the device.</summary>
    internal void Hold()
    {
        lock (_gate)
        {
            _holds++;
        }
    }

    /// <summary>Ends a <see cref="Hold"/>.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (--_holds == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>
    /// Has the device take what was written of a file, but for the last pieces, which the sync that follows waits for.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="endOffset">Where that ends which was written.</param>
    /// <param name="isWaitedFor">Whether somebody waits for the file's sync: what is left is left to that then.</param>
    /// <remarks>It promises nothing; whoever wants the file durable syncs it.</remarks>
    /// <exception cref="IOException">
    /// The device refused a piece: the file is in doubt as after a failed sync.
    /// </exception>
    internal void Run(IDiskFile file, long endOffset, Func<bool> isWaitedFor)
    {
        lock (_turn)
        {
            long awaited = 0;
            for (long start = 0; start < endOffset && WaitForTurn(isWaitedFor);)
            {
                var began = _timeProvider.GetTimestamp();
                var length = Math.Min(PieceSizeBytes, endOffset - start);
                if (!file.StartWriteBack(start, length))
                {
                    return;
                }

                if (start > awaited)
                {
                    file.AwaitWriteBack(awaited, start - awaited);
                    Adapt(_timeProvider.GetElapsedTime(began).TotalMilliseconds);
                }

                awaited = start;
                start += length;
            }

            WaitForTurn(isWaitedFor);
        }
    }

    /// <summary>Lets others go first for a while; false where somebody waits for the file itself.</summary>
    private bool WaitForTurn(Func<bool> isWaitedFor)
    {
        if (isWaitedFor())
        {
            return false;
        }

        lock (_gate)
        {
            if (_holds > 0)
            {
                Monitor.Wait(_gate, _holdMax);
            }
        }

        return !isWaitedFor();
    }

    private void Adapt(double pieceMs) => PieceSizeBytes = pieceMs switch
    {
        < PieceMsMin => Math.Min(2 * PieceSizeBytes, PieceSizeBytesMax),
        > PieceMsMax => Math.Max(PieceSizeBytes / 2, PieceSizeBytesMin),
        _ => PieceSizeBytes,
    };
}
