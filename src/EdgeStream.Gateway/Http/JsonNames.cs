using System.Globalization;
using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Http;

/// <summary>The forms that values of the API have in JSON.</summary>
internal static class JsonNames
{
    /// <summary>A time in ISO 8601, UTC, with milliseconds.</summary>
    public static string Iso(DateTimeOffset time) => Timestamp.From(time).ToString();

    /// <summary>Writes a time, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            writer.WriteString(name, Iso(value));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Writes a rate with at most two digits after the point.</summary>
    public static void WriteRate(this Utf8JsonWriter writer, string name, double perSecond) =>
        writer.WriteNumber(name, Math.Round(perSecond, 2));

    /// <summary>Writes a number that JSON may not be able to hold: infinities and NaN become null.</summary>
    public static void WriteFinite(this Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>A 128-bit hash key in decimal digits, as Kinesis writes it.</summary>
    public static string HashKey(UInt128 key) => key.ToString(CultureInfo.InvariantCulture);
}
