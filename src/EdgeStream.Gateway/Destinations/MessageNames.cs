using System.Globalization;

namespace EdgeStream.Gateway.Destinations;

/// <summary>The user properties of delivered messages (5.0); receivers rely on them, so they never change.</summary>
internal static class MessageNames
{
    /// <summary>The message's id: the same whenever the same record is sent, and no other record's.</summary>
    public const string Id = "edgestream-id";

    /// <summary>The partition key.</summary>
    public const string Key = "edgestream-key";

    /// <summary>The event time in ISO 8601.</summary>
    public const string EventTime = "edgestream-time";

    /// <summary><c>true</c> of what has waited through an outage and comes beside what is new; else it is not
    /// there.</summary>
    public const string Historical = "edgestream-historical";

    private const int SequenceDigits = 20;
    private const int SequencesLength = 2 * (SequenceDigits + 1);

    /// <summary>What ids of an object's records begin with: <c>&lt;store id&gt;-&lt;shard&gt;</c>, from the object's
    /// name.</summary>
    public static string SeriesOf(string objectName, string delivery)
    {
        var file = objectName.AsSpan(objectName.LastIndexOf('/') + 1);
        var name = file[..file.IndexOf(".jsonl", StringComparison.Ordinal)];
        return name[(delivery.Length + 1)..^SequencesLength].ToString();
    }

    /// <summary><c>&lt;store id&gt;-&lt;shard&gt;-&lt;sequence, 20 digits&gt;</c>, and behind it <c>-&lt;place&gt;</c>
    /// for a record of an aggregated one.</summary>
    public static string IdOf(string series, long sequence, int? subSequence) => subSequence is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{series}-{sequence:D20}-{place}")
        : string.Create(CultureInfo.InvariantCulture, $"{series}-{sequence:D20}");
}
