namespace EdgeStream.Devices;

/// <summary>Tells how many scans are missing in front of one, by the rhythm of their time stamps.</summary>
/// <remarks>
/// The usual distance is the median of 32. It counts while three quarters of them lie within a quarter of it, and their
/// mean is not half as much again: scans that events begin, or that are stamped when they are read, have no rhythm.
/// From 1.75 times the usual distance on scans are missing. Four long distances in a row are another rhythm, which is
/// learned anew. Not thread-safe.
/// </remarks>
internal sealed class ScanRhythm
{
    private const int Learned = 32;
    private const int RegularLeast = Learned * 3 / 4;
    private const double Deviation = 0.25;
    private const double MeanMost = 1.5;
    private const double LongFrom = 1.75;
    private const int LongInARowMax = 4;

    private readonly long[] _distances = new long[Learned];
    private readonly long[] _sorted = new long[Learned];
    private int _count;
    private int _longInARow;
    private double _usual;
    private long? _last;

    /// <summary>Whether there is a rhythm that tells.</summary>
    internal bool IsKnown => _usual > 0;

    /// <summary>Forgets everything: the capture begins anew.</summary>
    internal void Begin()
    {
        Forget();
        _last = null;
    }

    /// <summary>Takes the stamp of the next scan.</summary>
    /// <param name="nanoseconds">The stamp.</param>
    /// <returns>How many scans are missing between the last one and this.</returns>
    internal long Take(long nanoseconds)
    {
        var distance = nanoseconds - _last;
        _last = nanoseconds;
        if (distance is not > 0)
        {
            return 0;
        }

        if (!IsKnown || distance < _usual * LongFrom)
        {
            _longInARow = 0;
            Learn(distance.Value);
            return 0;
        }

        var missing = (long)Math.Round(distance.Value / _usual) - 1;
        if (++_longInARow == LongInARowMax)
        {
            Forget();
        }

        return missing;
    }

    private void Learn(long distance)
    {
        _distances[_count++] = distance;
        if (_count < Learned)
        {
            return;
        }

        _count = 0;
        _distances.CopyTo(_sorted.AsSpan());
        _sorted.AsSpan().Sort();
        var median = _sorted[Learned / 2];
        var regular = 0;
        var sum = 0.0;
        foreach (var learned in _distances)
        {
            regular += Math.Abs(learned - median) <= median * Deviation ? 1 : 0;
            sum += learned;
        }

        _usual = regular >= RegularLeast && sum <= Learned * median * MeanMost ? median : 0;
    }

    private void Forget()
    {
        _count = 0;
        _longInARow = 0;
        _usual = 0;
    }
}
