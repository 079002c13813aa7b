using System.Globalization;

namespace EdgeStream.Storage;

/// <summary>A wall-clock time in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.</summary>
/// <param name="UnixMicroseconds">Microseconds since the epoch; negative before it.</param>
public readonly record struct Timestamp(long UnixMicroseconds) : IComparable<Timestamp>
{
    private const long MicrosecondsPerMillisecond = 1000;

    /// <summary>The time as whole milliseconds since the epoch, rounded towards the past.</summary>
    public long UnixMilliseconds =>
        (UnixMicroseconds - (((UnixMicroseconds % MicrosecondsPerMillisecond) + MicrosecondsPerMillisecond)
            % MicrosecondsPerMillisecond)) / MicrosecondsPerMillisecond;

    /// <summary>The time of a count of milliseconds since the epoch.</summary>
    public static Timestamp FromUnixMilliseconds(long milliseconds) => new(milliseconds * MicrosecondsPerMillisecond);

    /// <summary>The time that <paramref name="time"/> names, in whole microseconds.</summary>
    public static Timestamp From(DateTimeOffset time) =>
        new((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>The same time as a <see cref="DateTimeOffset"/> in UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies outside the years 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() =>
        DateTimeOffset.UnixEpoch.AddTicks(UnixMicroseconds * TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => UnixMicroseconds.CompareTo(other.UnixMicroseconds);

    /// <summary>The time in ISO 8601, UTC, with milliseconds.</summary>
    public override string ToString() =>
        ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether the left time is earlier.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.UnixMicroseconds < right.UnixMicroseconds;

    /// <summary>Whether the left time is later.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.UnixMicroseconds > right.UnixMicroseconds;

    /// <summary>Whether the left time is earlier or the same.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.UnixMicroseconds <= right.UnixMicroseconds;

    /// <summary>Whether the left time is later or the same.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.UnixMicroseconds >= right.UnixMicroseconds;
}
