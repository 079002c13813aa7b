using System.Text.Json;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Where a record's event time comes from.</summary>
/// <remarks>
/// A number's magnitude tells its unit: the plausible years as seconds, milliseconds and microseconds since 1970 do not
/// overlap. Text must be ISO 8601 with a zone: a local time without one may be hours off, so it is not trusted.
/// </remarks>
internal sealed class EventTimeRule
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerMillisecond = 1_000;
    private const long DayMicroseconds = 24L * 60 * 60 * MicrosecondsPerSecond;

    // 2000-01-01, 2024-01-01 and 2100-01-01, all at midnight UTC.
    private const long EarliestMicroseconds = 946_684_800L * MicrosecondsPerSecond;
    private const long ClockSetMicroseconds = 1_704_067_200L * MicrosecondsPerSecond;
    private const long LatestMicroseconds = 4_102_444_800L * MicrosecondsPerSecond;

    private readonly JsonPath? _path;

    private EventTimeRule(JsonPath? path, bool isDialect = false)
    {
        _path = path;
        IsDialect = isDialect;
    }

    /// <summary>Whether the time of arrival is asked for.</summary>
    internal bool IsArrival => _path is null && !IsDialect;

    /// <summary>Whether the dialect is to find the time where its payloads have it.</summary>
    internal bool IsDialect { get; }

    /// <summary>Where in the payload the time stands; null when the rule names no place.</summary>
    internal JsonPath? Path => _path;

    /// <summary>Reads the configuration's words.</summary>
    internal static bool TryParse(string text, out EventTimeRule? rule, out string problem)
    {
        const string FieldWord = "field:";
        problem = "";
        rule = null;
        if (text == "arrival")
        {
            rule = new EventTimeRule(null);
        }
        else if (text == "dialect")
        {
            rule = new EventTimeRule(null, isDialect: true);
        }
        else if (!text.StartsWith(FieldWord, StringComparison.Ordinal))
        {
            problem = $"'{text}' is no event time; allowed are arrival, dialect and field:<path>";
        }
        else if (JsonPath.TryParse(text[FieldWord.Length..], out var path, out problem))
        {
            rule = new EventTimeRule(path);
        }

        return rule is not null;
    }

    /// <summary>The time that a message states at the rule's place, believed or not; the default where the rule names
    /// none.</summary>
    /// <param name="data">A valid JSON object.</param>
    internal ReadingTime Find(ReadOnlySpan<byte> data)
    {
        if (_path is null)
        {
            return default;
        }

        Timestamp? time = null;
        if (_path.TryFind(data, out var reader))
        {
            time = reader.TokenType switch
            {
                JsonTokenType.String => FromText(ref reader),
                JsonTokenType.Number => FromNumber(ref reader),
                _ => null,
            };
        }

        return time is { } found ? ReadingTime.Of(found.UnixMicroseconds) : ReadingTime.Unusable;
    }

    /// <summary>The time as far as it can be believed: one that is implausible is none.</summary>
    internal static ReadingTime Judge(ReadingTime time, Timestamp now) =>
        !time.IsStated || IsPlausible(new Timestamp(time.UnixMicroseconds), now) ? time : ReadingTime.Unusable;

    /// <summary>Reads a JSON text or number as a time; text without a zone is of the zone that is given.</summary>
    internal static ReadingTime Read(ref Utf8JsonReader reader, ZoneRule? zone, Timestamp now)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return FromNumber(ref reader) is { } number
                ? ReadingTime.Of(number.UnixMicroseconds) : ReadingTime.Unusable;
        }

        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !reader.TryGetDateTime(out var time))
        {
            return ReadingTime.Unusable;
        }

        if (time.Kind == DateTimeKind.Unspecified)
        {
            return zone?.Read(time, now) ?? ReadingTime.Unusable;
        }

        return reader.TryGetDateTimeOffset(out var withZone)
            ? ReadingTime.Of(Timestamp.From(withZone).UnixMicroseconds) : ReadingTime.Unusable;
    }

    /// <summary>The same for devices that never state their zone: without one of the route's it is as if they stated
    /// no time.</summary>
    internal static ReadingTime ReadLocal(ref Utf8JsonReader reader, ZoneRule? zone, Timestamp now) =>
        zone is null && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped
            && reader.TryGetDateTime(out var time) && time.Kind == DateTimeKind.Unspecified
            ? default
            : Read(ref reader, zone, now);

    /// <summary>A number of seconds, milliseconds, microseconds or nanoseconds since 1970 as a time.</summary>
    internal static ReadingTime OfNumber(decimal number)
    {
        const decimal NanosecondsPerMicrosecond = 1_000;
        number = number > LatestMicroseconds ? number / NanosecondsPerMicrosecond : number;
        return FromNumber(number) is { } time ? ReadingTime.Of(time.UnixMicroseconds) : ReadingTime.Unusable;
    }

    private static Timestamp? FromText(ref Utf8JsonReader reader)
    {
        // A time needs no escapes, and an escape that stands for no character would throw.
        if (reader.ValueIsEscaped || !reader.TryGetDateTime(out var time) || time.Kind == DateTimeKind.Unspecified)
        {
            return null;
        }

        return reader.TryGetDateTimeOffset(out var withZone) ? Timestamp.From(withZone) : null;
    }

    private static Timestamp? FromNumber(ref Utf8JsonReader reader)
    {
        return reader.TryGetDecimal(out var number) ? FromNumber(number) : null;
    }

    private static Timestamp? FromNumber(decimal number)
    {
        const long EarliestSeconds = EarliestMicroseconds / MicrosecondsPerSecond;
        const long LatestSeconds = LatestMicroseconds / MicrosecondsPerSecond;
        return number switch
        {
            >= EarliestSeconds and <= LatestSeconds => new Timestamp((long)(number * MicrosecondsPerSecond)),
            >= EarliestSeconds * 1000 and <= LatestSeconds * 1000 =>
                new Timestamp((long)(number * MicrosecondsPerMillisecond)),
            >= EarliestMicroseconds and <= LatestMicroseconds => new Timestamp((long)number),
            _ => null,
        };
    }

    /// <summary>
    /// From the year 2000 to a day ahead of the gateway; to the year 2100 while the gateway's own clock is not set.
    /// </summary>
    private static bool IsPlausible(Timestamp time, Timestamp now)
    {
        var latest = now.UnixMicroseconds < ClockSetMicroseconds
            ? LatestMicroseconds
            : now.UnixMicroseconds + DayMicroseconds;
        return time.UnixMicroseconds >= EarliestMicroseconds && time.UnixMicroseconds <= latest;
    }
}
