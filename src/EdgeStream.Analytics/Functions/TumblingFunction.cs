namespace EdgeStream.Analytics;

/// <summary>A function over windows of the same length that follow each other, counted from 1970.</summary>
public abstract class TumblingFunction : IStreamFunction
{
    /// <summary>The longest window.</summary>
    public const int WindowSecondsMax = 3600 * 24 * 7;

    /// <summary>Longer items are counted as their first so many bytes, as VARCHAR(1024) would have them.</summary>
    public const int ItemSizeBytesMax = 1024;

    private readonly long _windowMicroseconds;

    /// <summary>Begins without a window.</summary>
    private protected TumblingFunction(int windowSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowSeconds, WindowSecondsMax);
        _windowMicroseconds = windowSeconds * TimeSpan.MicrosecondsPerSecond;
    }

    /// <summary>The first time behind the window, in microseconds since 1970; <see cref="long.MaxValue"/> while there
    /// is
    /// none.</summary>
    public long WindowEnd { get; private protected set; } = long.MaxValue;

    /// <inheritdoc/>
    public abstract long SizeBytesMax { get; }

    /// <summary>About what the state takes in memory now, in bytes.</summary>
    public virtual long SizeBytes => SizeBytesMax;

    /// <inheritdoc/>
    public abstract int SavedBytesMax { get; }

    /// <summary>Whether the window is over at a row time; its results have to be taken before another row is
    /// added.</summary>
    public bool IsOver(long unixMicroseconds) => unixMicroseconds >= WindowEnd;

    /// <summary>Counts an item of a row that is within the window, or begins one.</summary>
    /// <param name="unixMicroseconds">The row time; an earlier one than others is counted in the same window.</param>
    /// <param name="item">The item as text in UTF-8.</param>
    /// <exception cref="InvalidOperationException">The window is over.</exception>
    public void Add(long unixMicroseconds, ReadOnlySpan<byte> item)
    {
        if (WindowEnd == long.MaxValue)
        {
            WindowEnd = EndOf(unixMicroseconds);
        }
        else if (IsOver(unixMicroseconds))
        {
            throw new InvalidOperationException("The window is over: its results have to be taken first.");
        }

        Count(item.Length <= ItemSizeBytesMax ? item : item[..ItemSizeBytesMax]);
    }

    /// <inheritdoc/>
    public abstract int Save(Span<byte> destination);

    /// <inheritdoc/>
    public abstract bool TryLoad(ReadOnlySpan<byte> source);

    private protected abstract void Count(ReadOnlySpan<byte> item);

    private long EndOf(long unixMicroseconds)
    {
        var within = unixMicroseconds % _windowMicroseconds;
        var start = unixMicroseconds - (within < 0 ? within + _windowMicroseconds : within);
        return start + _windowMicroseconds;
    }
}
