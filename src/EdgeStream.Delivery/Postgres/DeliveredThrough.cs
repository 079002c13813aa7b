using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>How far the records of one shard are in a table, as its ledger row says.</summary>
/// <remarks>
/// <para>Records of a shard come in the order of their places, so that all up to the last are there, but for those
/// that were refused. Of these the newest are kept by name: more than there can be between two that the gateway's own
/// ledger knows.</para>
/// <para>A place tells a record only as long as the gateway gives it once. Where its data folder was set back in time
/// it gives places again, to records that arrived later than all that the row knows: they are not there, and what is
/// there counts from them on.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class DeliveredThrough
{
    /// <summary>Refused records that are kept by name.</summary>
    public const int RefusedMax = 1024;

    /// <summary>What the time stands behind, before the names of refused records.</summary>
    private const char ArrivalMark = '@';

    private readonly List<string> _refused = [];
    private long _sequence;
    private int _place;

    /// <summary>When the last of the records arrived that are there, in ISO 8601, which sorts; empty while no row says.
    /// </summary>
    private string _latestArrival = "";

    /// <summary>The sequence number of the last record; -1 before the first.</summary>
    public long Sequence => _sequence;

    /// <summary>Its place in an aggregated record; -1 for none.</summary>
    public int Place => _place;

    /// <summary>The latest arrival and the refused records as their row has them:
    /// <c>@2026-01-01T00:00:01.000Z,7,9.2</c>.</summary>
    public string Refused => string.Join(
        ',', _latestArrival.Length == 0 ? _refused : [ArrivalMark + _latestArrival, .. _refused]);

    /// <summary>The first record that was taken although the row knew its place, as another's; null where there was
    /// none.</summary>
    public (long Row, long Record)? SetBack { get; private set; }

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
        foreach (var entry in refused.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry[0] == ArrivalMark)
            {
                through._latestArrival = entry[1..];
            }
            else
            {
                through._refused.Add(entry);
            }
        }

        return through;
    }

    /// <summary>Whether a record is there.</summary>
    public bool Has(DeliveredRecord record) =>
        !IsBeyond(record) && !IsNewer(record) && !_refused.Contains(NameOf(record));

    /// <summary>A record is there.</summary>
    public void Take(DeliveredRecord record)
    {
        var wasRefused = _refused.Remove(NameOf(record));
        var isSetBack = !wasRefused && !IsBeyond(record) && IsNewer(record);
        if (isSetBack)
        {
            SetBack ??= (_sequence, record.Sequence);
        }

        if (isSetBack || IsBeyond(record))
        {
            (_sequence, _place) = (record.Sequence, record.SubSequence ?? -1);
        }

        if (_latestArrival.Length == 0 || IsNewer(record))
        {
            _latestArrival = record.ArrivalTime;
        }
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

    private bool IsNewer(DeliveredRecord record) =>
        _latestArrival.Length > 0 && string.CompareOrdinal(record.ArrivalTime, _latestArrival) > 0;

    private bool IsBeyond(DeliveredRecord record) => record.Sequence > _sequence
        || (record.Sequence == _sequence && (record.SubSequence ?? -1) > _place);
}
