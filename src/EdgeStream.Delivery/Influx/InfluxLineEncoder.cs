using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Writes a record as a point in line protocol.</summary>
/// <remarks>InfluxDB documentation, "Line protocol reference". Numbers are floats, as JSON tells no others. Line
/// breaks in names and tags become spaces, a backslash at their end a slash, <c>#</c> at the beginning of a line
/// <c>_</c>: they cannot be escaped.</remarks>
internal sealed class InfluxLineEncoder(InfluxDestinationOptions options, string delivery)
{
    private const int DepthMax = 8;
    private const long NanosecondsPerTick = 100;

    /// <summary>A prime, so that places of neighbouring records seldom meet.</summary>
    private const long PlacesStride = 4099;
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Appends the point; what is wrong with the record where it has none.</summary>
    public string? Append(StringBuilder text, DeliveredRecord record)
    {
        if (!record.IsJson)
        {
            return "the data is no JSON";
        }

        var start = text.Length;
        try
        {
            using var document = JsonDocument.Parse(record.Data);
            if (AppendPoint(text, record, document.RootElement))
            {
                return null;
            }
        }
        catch (InvalidOperationException)
        {
            text.Length = start;
            return "a text or a name of the data is no Unicode: half of a surrogate pair stands alone";
        }

        text.Length = start;
        return "the data has none of the fields";
    }

    /// <summary>Appends the point; false where it has no field.</summary>
    private bool AppendPoint(StringBuilder text, DeliveredRecord record, JsonElement data)
    {
        var measurement = RecordPath.Fill(options.Measurement, delivery, record);
        AppendName(text, measurement.StartsWith('#') ? "_" + measurement[1..] : measurement, isMeasurement: true);
        foreach (var (name, path) in options.Tags.Entries)
        {
            if (RecordPath.TextOf(record, data, path) is { Length: > 0 } value)
            {
                text.Append(',');
                AppendName(text, name);
                text.Append('=');
                AppendName(text, value);
            }
        }

        var fields = 0;
        if (options.Fields.Entries.Count == 0)
        {
            AppendAll(text, data, data.ValueKind == JsonValueKind.Object ? "" : "value", 0, ref fields);
        }

        foreach (var (name, path) in options.Fields.Entries)
        {
            if (RecordPath.Find(data, path) is { } value)
            {
                AppendField(text, name, value, ref fields);
            }
        }

        if (fields == 0)
        {
            return false;
        }

        text.Append(' ').Append(CultureInfo.InvariantCulture, $"{TimeOf(record)}\n");
        return true;
    }

    private long TimeOf(DeliveredRecord record)
    {
        var time = DateTimeOffset.Parse(record.EventTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var nanoseconds = (time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        return options.HasDistinctTimes && nanoseconds % NanosecondsPerMillisecond == 0
            ? nanoseconds + OffsetOf(record) : nanoseconds;
    }

    /// <summary>Records of an aggregated one have its sequence number: their places set them apart.</summary>
    private static long OffsetOf(DeliveredRecord record)
    {
        var offset = record.Sequence % NanosecondsPerMillisecond;
        return record.SubSequence is { } place
            ? ((offset * PlacesStride) + place) % NanosecondsPerMillisecond : offset;
    }

    private static void AppendAll(StringBuilder text, JsonElement value, string name, int depth, ref int fields)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            AppendField(text, name, value, ref fields);
            return;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (depth < DepthMax)
            {
                var path = name.Length == 0 ? member.Name : $"{name}.{member.Name}";
                AppendAll(text, member.Value, path, depth + 1, ref fields);
            }
        }
    }

    private static void AppendField(StringBuilder text, string name, JsonElement value, ref int fields)
    {
        if (name.Length == 0 || value.ValueKind is not (JsonValueKind.Number or JsonValueKind.True
            or JsonValueKind.False or JsonValueKind.String))
        {
            return;
        }

        text.Append(fields++ == 0 ? ' ' : ',');
        AppendName(text, name);
        text.Append('=');
        if (value.ValueKind != JsonValueKind.String)
        {
            text.Append(value.GetRawText());
            return;
        }

        text.Append('"').Append(value.GetString()!.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    private static void AppendName(StringBuilder text, string name, bool isMeasurement = false)
    {
        foreach (var character in name.EndsWith('\\') ? name[..^1] + "/" : name)
        {
            if (character is ',' or ' ' || (character == '=' && !isMeasurement))
            {
                text.Append('\\').Append(character);
            }
            else
            {
                text.Append(character is '\n' or '\r' ? "\\ " : $"{character}");
            }
        }
    }
}
