using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>One value as the whole payload: a number, with its unit if need be, a boolean, or text.</summary>
/// <remarks>
/// The measurement is the capture <c>{measurement}</c> of the topic, else its last level, and the device what stands in
/// front of that. <c>true</c>, <c>on</c>, <c>online</c>, <c>open</c> and their opposites in any case are booleans.
/// </remarks>
internal sealed class BareDialect(int? measurementLevel) : Dialect
{
    private const int WordLengthMax = 8;

    internal static RouteProblem? TryCreate(Route route, out Dialect? dialect)
    {
        dialect = new BareDialect(route.Pattern.LevelOf("measurement"));
        return null;
    }

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        var payload = message.Payload.Trim(" \t\r\n"u8);
        if (payload.IsEmpty || !Utf8.IsValid(payload))
        {
            problem = payload.IsEmpty
                ? "the payload is empty. Send a value such as 21.5"
                : "the payload is not valid UTF-8. Send text, or use the dialect binary";
            return false;
        }

        var topic = message.Topic;
        var slash = topic.LastIndexOf((byte)'/');
        var measurement = measurementLevel is { } level ? TopicPattern.Level(topic, level) : topic[(slash + 1)..];
        if (!message.Route.NamesDevice && measurementLevel is null && slash > 0)
        {
            batch.UseDevice(topic[..slash]);
        }

        var end = JsonNumber.End(payload, 0, out var isNumber);
        if (isNumber && TryReadUnit(payload[end..], out var unit))
        {
            batch.Add(new Reading(measurement, ReadingValue.OfDigits(payload[..end]), default, unit));
        }
        else if (BooleanOf(payload) is { } isTrue)
        {
            batch.Add(new Reading(measurement, ReadingValue.Of(isTrue)));
        }
        else
        {
            batch.Add(new Reading(measurement, ReadingValue.OfText(payload)));
        }

        return true;
    }

    /// <summary>Words that stand for true and false; null for any other text.</summary>
    internal static bool? BooleanOf(ReadOnlySpan<byte> text)
    {
        if (text.Length > WordLengthMax)
        {
            return null;
        }

        Span<byte> lower = stackalloc byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        }

        return lower.SequenceEqual("true"u8) || lower.SequenceEqual("on"u8) || lower.SequenceEqual("online"u8)
            || lower.SequenceEqual("open"u8) ? true
            : lower.SequenceEqual("false"u8) || lower.SequenceEqual("off"u8) || lower.SequenceEqual("offline"u8)
            || lower.SequenceEqual("closed"u8) ? false : null;
    }

    /// <summary>What follows a number is its unit when it is a short word: neither a date nor an address.</summary>
    private static bool TryReadUnit(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> unit)
    {
        const int UnitLengthMax = 16;
        unit = rest.Trim(" \t"u8);
        for (var i = 0; i < unit.Length; i++)
        {
            var isLetter = unit[i] is (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or >= 0x80;
            var isPower = i > 0 && unit[i] is ((byte)'2' or (byte)'3');
            if (!isLetter && !isPower && unit[i] is not ((byte)'%' or (byte)'/'))
            {
                return false;
            }
        }

        return unit.Length <= UnitLengthMax;
    }
}
