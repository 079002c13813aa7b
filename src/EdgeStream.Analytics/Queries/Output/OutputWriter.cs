using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Appends the rows of an in-application stream to a stream of the gateway, each once.</summary>
/// <remarks>
/// Every row has an ordinal. A shard that takes a row keeps its ordinal as a checkpoint, in the same step. So after a
/// restart, when rows since the last snapshot come again, those that a shard has are passed over: a row is there if a
/// shard that has or had its key's range has seen its ordinal or a later one.
/// </remarks>
internal sealed class OutputWriter : RowSink, IDisposable
{
    private const int BatchRecordsMax = 4096;
    private const int KeySizeBytesMax = 1024;

    /// <summary>A sign and nineteen digits.</summary>
    private const int IntegerLengthMax = 20;

    private readonly QueryContext _context;
    private readonly DataStream _stream;
    private readonly StreamSchema _schema;
    private readonly string _checkpoint;
    private readonly string _prefix;
    private readonly byte[] _defaultKey;
    private readonly int _keySlot;
    private readonly ByteBuffer _bytes = new();
    private readonly RowJson _json;
    private readonly List<WaitingRow> _rows = [];
    private readonly List<AppendReceipt> _receipts = [];
    private readonly AppendBatch _batch = new();
    private readonly HashSet<string> _cleaned = new(StringComparer.Ordinal);
    private long _replayEnd;

    /// <summary>Continues behind an ordinal.</summary>
    public OutputWriter(
        QueryContext context, DataStream stream, StreamSchema schema, QueryOutput output, string query, string epoch)
    {
        _context = context;
        _stream = stream;
        _schema = schema;
        _prefix = $"q/{query}/";
        _checkpoint = $"{_prefix}{epoch}/{output.From}";
        _defaultKey = Encoding.UTF8.GetBytes(query);
        _keySlot = output.KeyColumn is { } key ? schema.Find(key) : -1;
        _json = new RowJson(schema, _bytes);
    }

    public DataStream Stream => _stream;

    /// <summary>The ordinal of the last row.</summary>
    public long Ordinal { get; private set; }

    /// <summary>Rows that wait to be appended.</summary>
    public int WaitingCount => _rows.Count;

    public int WaitingBytes => _bytes.Length;

    /// <summary>Goes on behind an ordinal; what the stream has of later ones is passed over.</summary>
    public void Restore(long ordinal)
    {
        Ordinal = ordinal;
        _replayEnd = 0;
        foreach (var shard in _stream.Shards)
        {
            _replayEnd = Math.Max(_replayEnd, OrdinalIn(shard));
        }
    }

    public override void Take(RowBuffer row)
    {
        Ordinal++;
        var start = _bytes.Length;
        var keyLength = AppendKey(row);
        _json.Write(row);
        var length = _bytes.Length - start;
        if (length > SizeMax)
        {
            _bytes.Truncate(start);
            if (_schema.Name != ErrorNames.Stream)
            {
                _context.Errors.Report(
                    ErrorNames.TooLarge,
                    $"A row of {_schema.Name} has {length} bytes; stream {_stream.Name} takes {SizeMax}.",
                    _context.Clock.Now,
                    row.Rowtime,
                    default,
                    "");
            }

            return;
        }

        _rows.Add(new WaitingRow(start, keyLength, length, Ordinal, row.Rowtime));
    }

    /// <summary>Appends what waits. What a failure leaves waits on.</summary>
    /// <exception cref="StreamException">The stream refused a row.</exception>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async ValueTask AppendAsync(CancellationToken cancellationToken)
    {
        while (_rows.Count > 0)
        {
            if (_stream.Failure is { } failure)
            {
                throw new IOException($"Stream {_stream.Name} has failed.", failure);
            }

            var shard = FillBatch(BatchRecordsMax);
            if (shard is not null)
            {
                await AppendAsync(shard, cancellationToken);
            }
        }

        _bytes.Clear();
    }

    /// <summary>Completes when everything that was appended is as durable as the stream promises.</summary>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async ValueTask AcknowledgeAsync(CancellationToken cancellationToken)
    {
        foreach (var receipt in _receipts)
        {
            await receipt.WhenAcknowledged().WaitAsync(cancellationToken);
        }

        _receipts.Clear();
    }

    public void Dispose() => _json.Dispose();

    /// <summary>A batch must fit into half a segment, and a record with it.</summary>
    private int SizeMax => Math.Min(
        Math.Min(1 << 20, _stream.Definition.SegmentSizeBytes / 4), _stream.Attributes.RecordSizeBytesMax);

    private int AppendKey(RowBuffer row)
    {
        var start = _bytes.Length;
        if (_keySlot < 0 || row[_keySlot].IsNull)
        {
            _bytes.Append(_defaultKey);
        }
        else if (row[_keySlot] is { Type: SqlType.Text } key)
        {
            _bytes.Append(key.Text[..Math.Min(key.Text.Length, KeySizeBytesMax)]);
        }
        else if (row[_keySlot] is { Type: SqlType.Integer } number)
        {
            Utf8Formatter.TryFormat(number.Integer, _bytes.GetSpan(IntegerLengthMax), out var length);
            _bytes.Advance(length);
        }
        else
        {
            var text = new StringBuilder();
            RowText.Append(text, row[_keySlot]);
            _bytes.Append(Encoding.UTF8.GetBytes(text.ToString()));
        }

        if (_bytes.Length == start)
        {
            _bytes.Append(_defaultKey);
        }

        return _bytes.Length - start;
    }

    /// <summary>Puts the next rows that go into one shard into the batch; null if the stream has all it looked
    /// at.</summary>
    private Shard? FillBatch(int countMax)
    {
        _batch.Clear();
        Shard? target = null;
        long last = 0;
        var kept = 0;
        for (var index = 0; index < _rows.Count; index++)
        {
            var row = _rows[index];
            if (target is not null && _batch.RecordCount >= countMax)
            {
                _rows[kept++] = row;
                continue;
            }

            var key = _bytes.Written.Slice(row.Start, row.KeyLength);
            var shard = _stream.ShardFor(key);
            if (row.Ordinal <= _replayEnd && IsThere(key, row.Ordinal))
            {
                continue;
            }

            if ((target is null || target == shard) && _batch.RecordCount < countMax
                && (_batch.RecordCount == 0 || _batch.SizeBytes + row.Length <= SizeMax)
                && _batch.TryAdd(
                    key,
                    _bytes.Written.Slice(row.Start + row.KeyLength, row.Length - row.KeyLength),
                    new Timestamp(row.Rowtime)))
            {
                target = shard;
                last = row.Ordinal;
                _rows[index] = row with { IsInBatch = true };
            }
            else if (target == shard)
            {
                // A shard takes its rows in the order of their ordinals.
                countMax = 0;
            }

            _rows[kept++] = _rows[index];
        }

        _rows.RemoveRange(kept, _rows.Count - kept);
        if (target is not null)
        {
            SetCheckpoint(target, last);
        }

        return target;
    }

    private async ValueTask AppendAsync(Shard shard, CancellationToken cancellationToken)
    {
        AppendStatus status;
        AppendReceipt receipt;
        while ((status = shard.TryAppend(_batch, out receipt)) == AppendStatus.Busy)
        {
            await _stream.WaitForRoomAsync(KeyOfBatch(), cancellationToken);
        }

        if (status == AppendStatus.Accepted)
        {
            _rows.RemoveAll(static row => row.IsInBatch);
            _cleaned.Add(shard.Id);
            _receipts.Add(receipt);
            return;
        }

        for (var index = 0; index < _rows.Count; index++)
        {
            _rows[index] = _rows[index] with { IsInBatch = false };
        }

        if (status != AppendStatus.Sealed)
        {
            throw _stream.Refusal(status, _batch.SizeBytes);
        }

        // Another shard has taken the range, or will in a moment.
        await Task.WhenAny(
            _stream.WhenShardsChange(_stream.Shards), Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken));
    }

    private ReadOnlyMemory<byte> KeyOfBatch()
    {
        var row = _rows.Find(static row => row.IsInBatch);
        return _bytes.Written.Slice(row.Start, row.KeyLength).ToArray();
    }

    private void SetCheckpoint(Shard shard, long ordinal)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, ordinal);
        _batch.SetCheckpoint(_checkpoint, value);
        if (_cleaned.Contains(shard.Id))
        {
            return;
        }

        var current = _checkpoint[..(_checkpoint.LastIndexOf('/') + 1)];

        // What earlier texts of the query have left says nothing any more.
        foreach (var checkpoint in shard.Checkpoints)
        {
            if (checkpoint.Name.StartsWith(_prefix, StringComparison.Ordinal)
                && !checkpoint.Name.StartsWith(current, StringComparison.Ordinal))
            {
                _batch.SetCheckpoint(checkpoint.Name, default);
            }
        }
    }

    private bool IsThere(ReadOnlySpan<byte> key, long ordinal)
    {
        var hash = DataStream.HashKeyOf(key);
        foreach (var shard in _stream.Shards)
        {
            if (shard.StartingHashKey <= hash && hash <= shard.EndingHashKey && OrdinalIn(shard) >= ordinal)
            {
                return true;
            }
        }

        return false;
    }

    private long OrdinalIn(Shard shard) =>
        shard.TryGetCheckpoint(_checkpoint, out var value) && value.Length == sizeof(long)
            ? BinaryPrimitives.ReadInt64LittleEndian(value.Span)
            : 0;

    /// <summary>A row that waits; <paramref name="Length"/> is that of key and data.</summary>
    private readonly record struct WaitingRow(
        int Start, int KeyLength, int Length, long Ordinal, long Rowtime, bool IsInBatch = false);
}
