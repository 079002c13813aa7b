using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>Reads a stream from its oldest record, page after page, and goes on where it stopped, over restarts too.
/// </summary>
/// <remarks>Keeps of every record what <paramref name="keep"/> takes out of its JSON; not thread-safe.</remarks>
public sealed class StreamFollower<T>(string stream, Func<JsonElement, T> keep)
{
    private const int PageRecords = 10_000;

    private readonly List<T> _records = [];
    private readonly Dictionary<string, long> _newest = [];
    private readonly List<string> _gaps = [];
    private string _from = "trim-horizon";

    /// <summary>Every record so far, in the order of each shard.</summary>
    public IReadOnlyList<T> Records => _records;

    /// <summary>Where a shard's sequence numbers were not dense, one line a place; the first record of a shard is
    /// free.</summary>
    public IReadOnlyList<string> Gaps => _gaps;

    /// <summary>Reads what is there now.</summary>
    public async Task ReadAsync(GatewayApi api)
    {
        while (true)
        {
            var path = $"/api/streams/{stream}/records?from={Uri.EscapeDataString(_from)}&limit={PageRecords}";
            using var page = await api.GetDocumentAsync(path);
            var countBefore = _records.Count;
            foreach (var record in page.RootElement.GetProperty("records").EnumerateArray())
            {
                Add(record);
            }

            _from = page.RootElement.GetProperty("next").GetString()!;
            if (_records.Count == countBefore)
            {
                return;
            }
        }
    }

    private void Add(JsonElement record)
    {
        var shard = record.GetProperty("shard").GetString()!;
        var sequence = record.GetProperty("sequence").GetInt64();
        if (_newest.TryGetValue(shard, out var newest) && sequence != newest + 1)
        {
            _gaps.Add($"{shard}: {sequence} follows {newest}.");
        }

        _newest[shard] = sequence;
        _records.Add(keep(record));
    }
}
