using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>Reads some shards of a stream, page by page, in one shape for every door:
/// <c>{"stream","records","gaps"?,"next"}</c>.</summary>
/// <remarks>Records come in the order of their shard; several shards are read in turn, parents to their end before
/// their children. Not thread-safe.</remarks>
internal sealed class RecordReading : IDisposable
{
    private const int GapCountMax = 1000;
    private const int LookedMax = 10_000;

    private readonly DataStream _stream;
    private readonly byte[]? _key;
    private readonly List<ShardReader> _readers;

    /// <summary>Opens the shards, each at its position.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="shards">The shards.</param>
    /// <param name="positions">Where to begin in each.</param>
    /// <param name="key">The only partition key that is told; null or empty for every one.</param>
    public RecordReading(
        DataStream stream, IReadOnlyList<Shard> shards, IReadOnlyList<ShardPosition> positions, string? key)
    {
        _stream = stream;
        _key = string.IsNullOrEmpty(key) ? null : Encoding.UTF8.GetBytes(key);
        _readers = new List<ShardReader>(shards.Count);
        for (var index = 0; index < shards.Count; index++)
        {
            _readers.Add(shards[index].OpenReader(positions[index]));
        }
    }

    /// <summary>Where it goes on.</summary>
    public string Next => RecordCursor.Format(_readers);

    /// <summary>Writes what is there, at most so many records and about so many bytes, of at most 10,000 that are
    /// looked at.</summary>
    public Page Fill(ArrayBufferWriter<byte> body, int limit, int bytesMax)
    {
        using var writer = new Utf8JsonWriter(body, JsonReply.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("stream", _stream.Name);
        writer.WriteStartArray("records");
        var gaps = new List<(Shard Shard, LogGap Gap)>();
        var page = default(Page);
        for (var index = 0; index < _readers.Count && page.Records < limit; index++)
        {
            if (HasUnreadParent(_readers[index].Shard))
            {
                continue;
            }

            // Each shard gets its share of what is left, so that a busy one does not starve those after it.
            var share = Math.Max(1, (limit - page.Records) / (_readers.Count - index));
            WriteShard(writer, body, _readers[index], (share, bytesMax), gaps, ref page);
        }

        writer.WriteEndArray();
        if (gaps.Count > 0)
        {
            WriteGaps(writer, gaps);
        }

        writer.WriteString("next", Next);
        writer.WriteEndObject();
        page.Gaps = gaps.Count;
        return page;
    }

    /// <summary>Waits until there is something to read or the shards change, at most so long.</summary>
    public async Task WaitAsync(Task shardsChange, TimeSpan limit, GatewayParts parts, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(limit, parts.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted, parts.Stopping);
        var waits = _readers.Where(reader => !reader.IsAtEnd)
            .Select(reader => reader.WaitAsync(stop.Token).AsTask()).ToArray();
        var change = shardsChange.WaitAsync(stop.Token);
        await Task.WhenAny([.. waits, change]);
        await stop.CancelAsync();
        foreach (var wait in waits.Append(change))
        {
            // The others end by cancellation; each must be over before its reader is used again.
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes up shards that have come, from their first record on, and lets go of those that have
    /// expired.</summary>
    public void Follow(IReadOnlyList<Shard> shards)
    {
        foreach (var reader in _readers.FindAll(reader => reader.Shard.State == ShardState.Expired))
        {
            _readers.Remove(reader);
            reader.Dispose();
        }

        foreach (var shard in shards)
        {
            if (!_readers.Exists(reader => reader.Shard == shard))
            {
                _readers.Add(shard.OpenReader(ShardPosition.TrimHorizon));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _readers.ForEach(reader => reader.Dispose());

    /// <summary>A shard's records come after all of its parents' records.</summary>
    private bool HasUnreadParent(Shard shard)
    {
        foreach (var reader in _readers)
        {
            if (shard.IsChildOf(reader.Shard) && !reader.IsAtEnd)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteShard(
        Utf8JsonWriter writer,
        ArrayBufferWriter<byte> body,
        ShardReader reader,
        (int Records, int Bytes) most,
        List<(Shard Shard, LogGap Gap)> gaps,
        ref Page page)
    {
        var written = 0;
        while (written < most.Records && body.WrittenCount < most.Bytes && gaps.Count < GapCountMax
            && page.Looked < LookedMax)
        {
            var step = reader.Read(out var record);
            if (step == LogReadStep.None)
            {
                break;
            }

            if (step == LogReadStep.Gap)
            {
                gaps.Add((reader.Shard, reader.Gap));
                continue;
            }

            page.Looked++;
            if (_key is not null && !record.PartitionKey.SequenceEqual(_key))
            {
                continue;
            }

            RecordJson.Write(writer, reader.Shard, record);
            writer.Flush();
            written++;
        }

        page.Records += written;
    }

    private static void WriteGaps(Utf8JsonWriter writer, List<(Shard Shard, LogGap Gap)> gaps)
    {
        writer.WriteStartArray("gaps");
        foreach (var (shard, gap) in gaps)
        {
            writer.WriteStartObject();
            GapJson.WriteMembers(writer, shard, gap);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What a page holds.</summary>
    public struct Page
    {
        /// <summary>Records that were written.</summary>
        public int Records;

        /// <summary>Gaps that were written.</summary>
        public int Gaps;

        /// <summary>Records that were looked at.</summary>
        public int Looked;

        /// <summary>Whether it tells nothing.</summary>
        public readonly bool IsEmpty => Records == 0 && Gaps == 0;
    }
}
