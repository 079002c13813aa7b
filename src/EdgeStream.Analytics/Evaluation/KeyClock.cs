using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A clock of one key that runs by its records' event times and never jumps or runs backwards.</summary>
/// <remarks>
/// A board without a clock battery starts in 1970 and is set later; a device may be set by hand. So event times are
/// not
/// subtracted over longer spans: the clock adds up the steps from record to record, and only those that can be
/// believed.
/// A step is believed up to four times the key's usual step plus five seconds. The first longer step counts as one
/// usual step
/// (the clock was set, or the device was silent); a second longer step in a row is believed, because a clock is set
/// once but
/// a slow device is slow every time; a step of more than a day never is. A step backwards counts nothing; one of
/// more than a minute means that the clock was set
/// back, and the next step is measured from there. The usual step is a moving average of the believed ones.
/// </remarks>
internal struct KeyClock : IKeyState<KeyClock>
{
    /// <summary>A step back by more means that the clock was set; a shorter one, that a record came late.</summary>
    public const long SetBackMin = 60 * MicrosecondsPerSecond;

    private const long MicrosecondsPerSecond = 1_000_000;
    private const long BelievedSlack = 5 * MicrosecondsPerSecond;
    private const int UsualFactor = 4;

    private const int LastOffset = 0;
    private const int NowOffset = 8;
    private const int UsualOffset = 16;
    private const int FlagsOffset = 24;

    private long _lastEventTime;
    private long _usualStep;
    private bool _isStarted;
    private bool _isSuspicious;

    public static int SizeBytes => 25;

    /// <summary>Microseconds since the key's first record, as far as they can be believed.</summary>
    public long Now { get; private set; }

    /// <summary>Moves on to a record's event time, in microseconds; the clock's new reading.</summary>
    public long Advance(long eventTime)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _lastEventTime = eventTime;
            return Now;
        }

        // Event times come from devices and may be anything: the difference saturates instead of wrapping around.
        var step = SaturatingSubtract(eventTime, _lastEventTime);
        if (step < 0)
        {
            if (step < -SetBackMin)
            {
                _lastEventTime = eventTime;
            }

            return Now;
        }

        _lastEventTime = eventTime;
        var isBelievable = step <= (UsualFactor * _usualStep) + BelievedSlack;
        if (!isBelievable && (!_isSuspicious || step > TimeSpan.MicrosecondsPerDay))
        {
            _isSuspicious = true;
            Now += _usualStep;
            return Now;
        }

        _usualStep = isBelievable && _usualStep > 0 ? _usualStep + ((step - _usualStep) / UsualFactor) : step;
        _isSuspicious = false;
        Now += step;
        return Now;
    }

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination[LastOffset..], _lastEventTime);
        BinaryPrimitives.WriteInt64LittleEndian(destination[NowOffset..], Now);
        BinaryPrimitives.WriteInt64LittleEndian(destination[UsualOffset..], _usualStep);
        destination[FlagsOffset] = (byte)((_isStarted ? 1 : 0) | (_isSuspicious ? 2 : 0));
    }

    public static KeyClock Read(ReadOnlySpan<byte> source) => new()
    {
        _lastEventTime = BinaryPrimitives.ReadInt64LittleEndian(source[LastOffset..]),
        Now = BinaryPrimitives.ReadInt64LittleEndian(source[NowOffset..]),
        _usualStep = BinaryPrimitives.ReadInt64LittleEndian(source[UsualOffset..]),
        _isStarted = (source[FlagsOffset] & 1) != 0,
        _isSuspicious = (source[FlagsOffset] & 2) != 0,
    };

    /// <summary>The difference of two event times, which may be anything.</summary>
    public static long SaturatingSubtract(long left, long right)
    {
        var difference = (Int128)left - right;
        return (long)Int128.Clamp(difference, long.MinValue, long.MaxValue);
    }
}
