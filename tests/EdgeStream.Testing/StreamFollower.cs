namespace EdgeStream.Testing;

/// <summary>Reads a stream from its oldest record, page after page, and goes on where it stopped, over restarts
/// too.</summary>
/// <remarks>Keeps every record it has read; not thread-safe.</remarks>
public sealed class StreamFollower(string stream)
{
    private const int PageRecords = 10_000;

    private readonly List<ApiRecord> _records = [];
    private readonly Dictionary<string, long> _newest = [];
    private readonly List<string> _gaps = [];
    private string _from = "trim-horizon";

    /// <summary>Every record so far, in the order of each shard.</summary>
    public IReadOnlyList<ApiRecord> Records => _records;

    /// <summary>Where a shard's sequence numbers were not dense, one line a place; the first record of a shard is
    /// free.</summary>
    public IReadOnlyList<string> Gaps => _gaps;

    /// <summary>Reads what is there now.</summary>
    public async Task ReadAsync(GatewayApi api)
    {
        while (true)
        {
            var page = await api.GetJsonAsync(
                $"/api/streams/{stream}/records?from={Uri.EscapeDataString(_from)}&limit={PageRecords}");
            var countBefore = _records.Count;
            foreach (var record in page.GetProperty("records").EnumerateArray())
            {
                Add(ApiRecord.From(record));
            }

            _from = page.GetProperty("next").GetString()!;
            if (_records.Count == countBefore)
            {
                return;
            }
        }
    }

    private void Add(ApiRecord record)
    {
        _records.Add(record);
        if (_newest.TryGetValue(record.Shard, out var newest) && record.Sequence != newest + 1)
        {
            _gaps.Add($"{record.Shard}: {record.Sequence} follows {newest}.");
        }

        _newest[record.Shard] = record.Sequence;
    }
}
