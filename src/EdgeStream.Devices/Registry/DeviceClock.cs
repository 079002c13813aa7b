using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>How far a device's own clock is ahead of the gateway's, by the times that it states.</summary>
/// <remarks>
/// The median over the last fifteen seconds in which the device stated a time, of each second the newest time: what
/// was kept back and sent late says nothing of a clock. Three such seconds in a row that agree with each other, and not
/// with the rest, are a clock that was set: the rest is forgotten. The registry's lock guards it.
/// </remarks>
internal sealed class DeviceClock
{
    /// <summary>A clock that is farther off than this is wrong; what is nearer may be the way of the message.</summary>
    internal const long ToleranceMicroseconds = 5_000_000;

    private const int SamplesMax = 15;
    private const int AgreeingCount = 3;
    private const long SampleMicroseconds = 1_000_000;

    private readonly long[] _samples = new long[SamplesMax];
    private int _count;
    private int _newest = -1;
    private long _newestBegan;
    private long _offset;
    private bool _isStale;

    /// <summary>How far the clock is ahead, in microseconds; negative where it is behind.</summary>
    internal long OffsetMicroseconds
    {
        get
        {
            if (_isStale)
            {
                _isStale = false;
                Forget();
                _offset = Median(_count);
            }

            return _offset;
        }
    }

    /// <summary>Whether the clock is wrong.</summary>
    internal bool IsOff => Math.Abs(OffsetMicroseconds) > ToleranceMicroseconds;

    /// <summary>Takes a time that the device states.</summary>
    /// <param name="stated">The time.</param>
    /// <param name="now">When it came, by a clock that is set.</param>
    internal void Take(Timestamp stated, Timestamp now)
    {
        var offset = stated.UnixMicroseconds - now.UnixMicroseconds;
        var elapsed = now.UnixMicroseconds - _newestBegan;
        if (_count > 0 && elapsed is >= 0 and < SampleMicroseconds)
        {
            if (offset > _samples[_newest])
            {
                _samples[_newest] = offset;
                _isStale = true;
            }

            return;
        }

        _newest = (_newest + 1) % SamplesMax;
        _samples[_newest] = offset;
        _count = Math.Min(_count + 1, SamplesMax);
        _newestBegan = now.UnixMicroseconds;
        _isStale = true;
    }

    private void Forget()
    {
        if (_count <= AgreeingCount)
        {
            return;
        }

        Span<long> newest = stackalloc long[AgreeingCount];
        CopyNewest(newest);
        newest.Sort();
        if (newest[^1] - newest[0] <= ToleranceMicroseconds
            && Math.Abs(newest[AgreeingCount / 2] - Median(_count)) > ToleranceMicroseconds)
        {
            newest.CopyTo(_samples);
            _count = AgreeingCount;
            _newest = AgreeingCount - 1;
        }
    }

    private long Median(int count)
    {
        Span<long> sorted = stackalloc long[SamplesMax];
        sorted = sorted[..count];
        CopyNewest(sorted);
        sorted.Sort();
        return sorted[count / 2];
    }

    private void CopyNewest(Span<long> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = _samples[(_newest - i + SamplesMax) % SamplesMax];
        }
    }
}
