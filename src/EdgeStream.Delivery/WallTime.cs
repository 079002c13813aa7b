using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// Writes times as ISO 8601, UTC, milliseconds. Times outside the years 1 to 9999 are written as the nearest inside.
/// </summary>
internal static class WallTime
{
    /// <summary>Length of <c>2026-11-20T12:34:56.789Z</c> in bytes.</summary>
    public const int LengthBytes = 24;

    private static readonly Timestamp Earliest = Timestamp.From(DateTimeOffset.MinValue);
    private static readonly Timestamp Latest = Timestamp.From(DateTimeOffset.MaxValue);

    /// <summary>The nearest time that a <see cref="DateTimeOffset"/> can hold.</summary>
    public static Timestamp Clamp(Timestamp time) => time < Earliest ? Earliest : time > Latest ? Latest : time;

    /// <summary>Writes <see cref="LengthBytes"/> bytes.</summary>
    public static void Write(Timestamp time, Span<byte> destination)
    {
        var utc = Clamp(time).ToDateTimeOffset();
        WriteDigits(destination[..4], utc.Year);
        destination[4] = (byte)'-';
        WriteDigits(destination[5..7], utc.Month);
        destination[7] = (byte)'-';
        WriteDigits(destination[8..10], utc.Day);
        destination[10] = (byte)'T';
        WriteDigits(destination[11..13], utc.Hour);
        destination[13] = (byte)':';
        WriteDigits(destination[14..16], utc.Minute);
        destination[16] = (byte)':';
        WriteDigits(destination[17..19], utc.Second);
        destination[19] = (byte)'.';
        WriteDigits(destination[20..23], utc.Millisecond);
        destination[23] = (byte)'Z';
    }

    private static void WriteDigits(Span<byte> destination, int value)
    {
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
