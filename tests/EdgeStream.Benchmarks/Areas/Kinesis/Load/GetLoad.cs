using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Connections that read a shard from its oldest record on, 10,000 records a request, and begin again at its
/// end.</summary>
/// <remarks>With more connections than shards some share one. Each request has an iterator of its own, so each is
/// signed.</remarks>
internal sealed class GetLoad : ILoad
{
    private readonly RequestSigner _signer;
    private readonly string[] _oldest = new string[BenchmarkStream.ShardCount];
    private readonly long[] _shardCounts = new long[BenchmarkStream.ShardCount];
    private readonly string[] _iterators;
    private readonly long[] _counts;

    /// <summary>Reads every shard once, to know how many records it has.</summary>
    public GetLoad(RequestSigner signer, KinesisConnection first, int connections)
    {
        _signer = signer;
        _iterators = new string[connections];
        _counts = new long[connections];
        for (var shard = 0; shard < BenchmarkStream.ShardCount; shard++)
        {
            _oldest[shard] = BenchmarkStream.IteratorOf(first, signer, shard);
            _shardCounts[shard] = Count(first, _oldest[shard]);
        }

        for (var number = 0; number < connections; number++)
        {
            _iterators[number] = _oldest[number % BenchmarkStream.ShardCount];
        }
    }

    /// <summary>How many records were read to find that out.</summary>
    public long CountBefore => _shardCounts.Sum();

    /// <inheritdoc/>
    public void Ask(KinesisConnection connection)
    {
        var body = Encoding.UTF8.GetBytes(Body(_iterators[connection.Number]));
        connection.Add(_signer.Head(
            "GetRecords", RequestSigner.HashOf(body), body.Length, RequestSigner.Second));
        connection.Add(body);
    }

    /// <inheritdoc/>
    public int Take(KinesisConnection connection)
    {
        var body = connection.Reply.Body;
        Answers.RequireSuccess(connection.Reply.Status, body);
        var count = Answers.CountRecords(body);
        var shard = connection.Number % BenchmarkStream.ShardCount;
        ref var counted = ref _counts[connection.Number];
        counted += count;
        if (count == 0 || counted > _shardCounts[shard])
        {
            throw new InvalidDataException(
                $"{counted} records were read from a shard of {_shardCounts[shard]}, {count} by the last request.");
        }

        var isOver = counted == _shardCounts[shard];
        counted = isOver ? 0 : counted;
        _iterators[connection.Number] = isOver ? _oldest[shard] : NextIn(body);
        return count;
    }

    private long Count(KinesisConnection connection, string iterator)
    {
        var total = 0L;
        while (true)
        {
            var (status, text) = connection.Ask(new PreparedRequest(_signer, "GetRecords", Body(iterator)));
            var body = Encoding.UTF8.GetBytes(text);
            Answers.RequireSuccess(status, body);
            var count = Answers.CountRecords(body);
            if (count == 0)
            {
                return total > 0 ? total : throw new InvalidDataException("A shard has no records to be read.");
            }

            total += count;
            iterator = NextIn(body);
        }
    }

    private static string NextIn(ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetString(Answers.Text(body, "\"NextShardIterator\":\""u8));

    private static string Body(string iterator) => $$"""{"ShardIterator":"{{iterator}}","Limit":10000}""";
}
