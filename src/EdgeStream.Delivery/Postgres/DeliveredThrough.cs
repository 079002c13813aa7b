using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>How far the records of one shard are in a table, as its ledger row says.</summary>
/// <remarks>Records of a shard come in the order of their places, so that all up to the last are there, but for those
/// that were refused. Of these the newest are kept by name: more than there can be between two that the gateway's own
/// ledger knows. Not thread-safe.</remarks>
internal sealed class DeliveredThrough
{
    /// <summary>Refused records that are kept by name.</summary>
    public const int RefusedMax = 1024;

    private readonly List<string> _refused = [];
    private long _sequence;
    private int _place;

    /// <summary>The sequence number of the last record; -1 before the first.</summary>
    public long Sequence => _sequence;

    /// <summary>Its place in an aggregated record; -1 for none.</summary>
    public int Place => _place;

    /// <summary>The refused records as their row has them.</summary>
    public string Refused => string.Join(',', _refused);

    /// <summary>Reads the values of a ledger row; null where they are none.</summary>
    public static DeliveredThrough? Read(string?[]? row)
    {
        if (row is not [{ } sequence, { } place, { } refused]
            || !long.TryParse(sequence, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last)
            || !int.TryParse(place, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var lastPlace))
        {
            return null;
        }

        var through = new DeliveredThrough { _sequence = last, _place = lastPlace };
        through._refused.AddRange(refused.Split(',', StringSplitOptions.RemoveEmptyEntries));
        return through;
    }

    /// <summary>Whether a record is there.</summary>
    public bool Has(DeliveredRecord record) => !IsBeyond(record) && !_refused.Contains(NameOf(record));

    /// <summary>A record is there.</summary>
    public void Take(DeliveredRecord record)
    {
        if (IsBeyond(record))
        {
            (_sequence, _place) = (record.Sequence, record.SubSequence ?? -1);
        }

        _refused.Remove(NameOf(record));
    }

    /// <summary>A record was refused.</summary>
    public void Refuse(string name)
    {
        if (!_refused.Contains(name))
        {
            _refused.Add(name);
        }

        if (_refused.Count > RefusedMax)
        {
            _refused.RemoveAt(0);
        }
    }

    /// <summary>A record's sequence number, and behind a point its place in an aggregated record.</summary>
    public static string NameOf(DeliveredRecord record) => record.SubSequence is { } place
        ? string.Create(CultureInfo.InvariantCulture, $"{record.Sequence}.{place}")
        : record.Sequence.ToString(CultureInfo.InvariantCulture);

    private bool IsBeyond(DeliveredRecord record) => record.Sequence > _sequence
        || (record.Sequence == _sequence && (record.SubSequence ?? -1) > _place);
}
