using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// Names of delivered objects:
/// <c>prefix/YYYY/MM/DD/HH/&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;-&lt;first&gt;-&lt;last&gt;</c> and an
/// extension, hours in UTC; or as an <see cref="ObjectNaming"/> says.
/// </summary>
/// <remarks>
/// The name follows from the extent alone, so that sending an extent again replaces the object. Every data folder
/// counts from 1: its <see cref="StoreId"/> keeps its names apart from those of others. Both sequence numbers have 20
/// digits: names of one shard sort in sequence order. The extension is <c>.jsonl</c>, <c>.raw</c> or <c>.csv</c> and
/// that of the compression, or <c>.parquet</c>, whose compression is inside.
/// </remarks>
internal static class ObjectName
{
    private const int SequenceDigits = 20;
    private const string ShardMark = "-shardId-";
    private const int ShardDigits = 12;

    private static readonly string[] Extensions = [".jsonl", ".raw", ".csv", ".parquet"];

    /// <summary><c>&lt;store id&gt;-&lt;shard&gt;</c>.</summary>
    private static readonly int SeriesLength = StoreId.Length + ShardMark.Length + ShardDigits;

    /// <summary>The name of an extent whose first record arrived at <paramref name="firstArrival"/>.</summary>
    public static string Of(
        DeliveryDefinition definition, string storeId, string shardId, Timestamp firstArrival, long first, long last)
    {
        var hour = WallTime.Clamp(firstArrival).ToDateTimeOffset();
        if (definition.Naming is { } naming)
        {
            return OfNaming(definition, naming, hour, $"{storeId}-{shardId}", first, last);
        }

        var folder = hour.ToString("yyyy'/'MM'/'dd'/'HH'/'", CultureInfo.InvariantCulture);
        var prefix = definition.Prefix.Length == 0 ? "" : definition.Prefix + "/";
        if (definition.HasPrefixTemplate
            && PrefixTemplate.TryParseWithKeys(definition.Prefix, out var template, out _))
        {
            prefix = template.Evaluate(hour) + "/";
            folder = template.HasTime ? "" : folder;
        }

        var suffix = ExtensionOf(definition.Format) + CompressionExtensionOf(definition);
        return string.Create(CultureInfo.InvariantCulture,
            $"{prefix}{folder}{definition.Name}-{storeId}-{shardId}-{first:D20}-{last:D20}{suffix}");
    }

    /// <summary>The media type of a name's content.</summary>
    public static string ContentType(CompressionKind compression, RecordFormat format = RecordFormat.JsonLines) =>
        format == RecordFormat.Parquet ? "application/vnd.apache.parquet"
        : CompressionForm.ContentTypeOf(compression) ?? format switch
        {
            RecordFormat.Raw => "application/octet-stream",
            RecordFormat.Csv => "text/csv",
            _ => "application/x-ndjson",
        };

    /// <summary>What names of uncompressed objects of a format end with.</summary>
    public static string ExtensionOf(RecordFormat format) => Extensions[(int)format];

    /// <summary>Whether a file name, without folders, is one that <see cref="Of"/> gives to this delivery.</summary>
    /// <remarks>The store id may be any: files of an earlier data folder are the delivery's, too.</remarks>
    public static bool IsFileOf(string deliveryName, ReadOnlySpan<char> fileName) =>
        TryParse(deliveryName, fileName, out _, out _);

    /// <summary>Takes the file name of an object of this delivery apart; false when it is none.</summary>
    /// <param name="deliveryName">The delivery.</param>
    /// <param name="fileName">The name without folders.</param>
    /// <param name="series">Store id and shard: within one series, sequence numbers tell what is older.</param>
    /// <param name="first">The first sequence number.</param>
    public static bool TryParse(
        string deliveryName, ReadOnlySpan<char> fileName, out ReadOnlySpan<char> series, out long first)
    {
        series = default;
        first = 0;
        var name = WithoutSuffix(fileName);
        if (name.Length != deliveryName.Length + 1 + SeriesLength + (2 * (SequenceDigits + 1))
            || !name.StartsWith(deliveryName, StringComparison.Ordinal))
        {
            return false;
        }

        name = name[deliveryName.Length..];
        series = name.Slice(1, SeriesLength);
        var sequences = name[(1 + SeriesLength)..];
        return name[0] == '-'
            && StoreId.IsId(series[..StoreId.Length])
            && series[StoreId.Length..].StartsWith(ShardMark, StringComparison.Ordinal)
            && IsDigits(series[^ShardDigits..])
            && sequences[0] == '-'
            && sequences[SequenceDigits + 1] == '-'
            && IsDigits(sequences[(SequenceDigits + 2)..])
            && long.TryParse(
                sequences.Slice(1, SequenceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out first);
    }

    /// <summary>Whether a name was given to an object of a shard while the data folder had that id.</summary>
    public static bool IsOfStore(string name, string storeId, string shardId) =>
        name.Contains($"-{storeId}-{shardId}-", StringComparison.Ordinal);

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

    private static string CompressionExtensionOf(DeliveryDefinition definition) =>
        definition.Format == RecordFormat.Parquet ? "" : CompressionForm.ExtensionOf(definition.Compression);

    private static string OfNaming(
        DeliveryDefinition definition, ObjectNaming naming, DateTimeOffset time, string shard, long first, long last)
    {
        // The template was read when the definition was checked.
        var prefix = PrefixTemplate.TryParseWithKeys(naming.Prefix, out var template, out _)
            ? template.Evaluate(time) : "";
        var second = time.ToString("yyyy'-'MM'-'dd'-'HH'-'mm'-'ss", CultureInfo.InvariantCulture);
        var extension = naming.Extension ?? (definition.Format == RecordFormat.Parquet
            ? ExtensionOf(definition.Format) : CompressionForm.ExtensionOf(definition.Compression));
        return string.Create(CultureInfo.InvariantCulture,
            $"{prefix}{naming.Label}-{second}-{naming.Series}-{shard}-{first:D20}-{last:D20}{extension}");
    }

    private static ReadOnlySpan<char> WithoutSuffix(ReadOnlySpan<char> fileName)
    {
        foreach (var word in CompressionForm.All)
        {
            var packing = CompressionForm.TryParse(word, out var kind) ? CompressionForm.ExtensionOf(kind) : "";
            if (packing.Length > 0 && fileName.EndsWith(packing, StringComparison.Ordinal))
            {
                fileName = fileName[..^packing.Length];
                break;
            }
        }

        foreach (var suffix in Extensions)
        {
            if (fileName.EndsWith(suffix, StringComparison.Ordinal))
            {
                return fileName[..^suffix.Length];
            }
        }

        return default;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
