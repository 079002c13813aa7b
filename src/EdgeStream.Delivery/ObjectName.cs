using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// Names of delivered objects:
/// <c>prefix/YYYY/MM/DD/HH/&lt;delivery&gt;-&lt;shard&gt;-&lt;first&gt;-&lt;last&gt;.jsonl[.gz]</c>, hours in UTC.
/// </summary>
/// <remarks>
/// The name follows from the extent alone, so that sending an extent again replaces the object. Both sequence numbers
/// have 20 digits: names of one shard sort in sequence order.
/// </remarks>
internal static class ObjectName
{
    private const string PlainSuffix = ".jsonl";
    private const string GzipSuffix = ".jsonl.gz";
    private const int SequenceDigits = 20;

    /// <summary>The name of an extent whose first record arrived at <paramref name="firstArrival"/>.</summary>
    public static string Of(
        DeliveryDefinition definition, string shardId, Timestamp firstArrival, long first, long last)
    {
        var hour = WallTime.Clamp(firstArrival).ToDateTimeOffset();
        var folder = hour.ToString("yyyy'/'MM'/'dd'/'HH'/'", CultureInfo.InvariantCulture);
        var prefix = definition.Prefix.Length == 0 ? "" : definition.Prefix + "/";
        var suffix = definition.Compression == CompressionKind.Gzip ? GzipSuffix : PlainSuffix;
        return string.Create(CultureInfo.InvariantCulture,
            $"{prefix}{folder}{definition.Name}-{shardId}-{first:D20}-{last:D20}{suffix}");
    }

    /// <summary>The media type of a name's content.</summary>
    public static string ContentType(CompressionKind compression) =>
        compression == CompressionKind.Gzip ? "application/gzip" : "application/x-ndjson";

    /// <summary>Whether a file name, without folders, is one that <see cref="Of"/> gives to this delivery.</summary>
    public static bool IsFileOf(string deliveryName, ReadOnlySpan<char> fileName)
    {
        var name = fileName.EndsWith(GzipSuffix, StringComparison.Ordinal) ? fileName[..^GzipSuffix.Length]
            : fileName.EndsWith(PlainSuffix, StringComparison.Ordinal) ? fileName[..^PlainSuffix.Length]
            : default;
        var tail = 2 * (SequenceDigits + 1);
        return name.Length > deliveryName.Length + tail
            && name.StartsWith(deliveryName, StringComparison.Ordinal)
            && name[deliveryName.Length..].StartsWith("-shardId-", StringComparison.Ordinal)
            && IsSequence(name[^(SequenceDigits + 1)..])
            && IsSequence(name[^tail..^(SequenceDigits + 1)]);
    }

    /// <summary>
    /// Whether a path of folders stays below its root: no empty part, no <c>.</c> or <c>..</c>, no control character.
    /// </summary>
    public static bool IsSafe(string path)
    {
        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or ".." || part.Any(character => char.IsControl(character) || character == '\\'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSequence(ReadOnlySpan<char> dashAndDigits) =>
        dashAndDigits[0] == '-' && !dashAndDigits[1..].ContainsAnyExceptInRange('0', '9');
}
