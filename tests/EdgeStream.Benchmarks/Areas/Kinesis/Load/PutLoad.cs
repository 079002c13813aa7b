using System.Globalization;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Connections that put records of 100 random bytes with 10,000 partition keys, one a request or
/// 500.</summary>
/// <remarks>Each connection has four bodies, which it sends by turns.</remarks>
internal sealed class PutLoad : ILoad
{
    private const int BodiesPerConnection = 4;
    private const int PayloadSizeBytes = 100;
    private const int KeyCount = 10_000;

    private readonly PreparedRequest[][] _requests;
    private readonly int[] _next;
    private readonly int _recordsPerRequest;

    /// <summary>Prepares the requests.</summary>
    public PutLoad(RequestSigner signer, int connections, int recordsPerRequest)
    {
        _recordsPerRequest = recordsPerRequest;
        _next = new int[connections];
        var random = new Random(connections);
        _requests = [.. Enumerable.Range(0, connections).Select(_ => Prepare(signer, random))];
    }

    /// <inheritdoc/>
    public void Ask(KinesisConnection connection)
    {
        ref var next = ref _next[connection.Number];
        _requests[connection.Number][next++ % BodiesPerConnection].AddTo(connection);
    }

    /// <inheritdoc/>
    public int Take(KinesisConnection connection)
    {
        Answers.RequirePut(connection.Reply.Status, connection.Reply.Body, _recordsPerRequest);
        return _recordsPerRequest;
    }

    private PreparedRequest[] Prepare(RequestSigner signer, Random random) =>
    [
        .. Enumerable.Range(0, BodiesPerConnection).Select(_ => new PreparedRequest(
            signer,
            _recordsPerRequest == 1 ? "PutRecord" : "PutRecords",
            _recordsPerRequest == 1 ? One(random) : Many(random, _recordsPerRequest))),
    ];

    private static string One(Random random) => $$"""{"StreamName":"{{BenchmarkStream.Name}}",{{Record(random)}}}""";

    private static string Many(Random random, int count)
    {
        var text = new StringBuilder($$"""{"StreamName":"{{BenchmarkStream.Name}}","Records":[""");
        for (var index = 0; index < count; index++)
        {
            text.Append(index == 0 ? "{" : ",{").Append(Record(random)).Append('}');
        }

        return text.Append("]}").ToString();
    }

    private static string Record(Random random)
    {
        var payload = new byte[PayloadSizeBytes];
        random.NextBytes(payload);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\"Data\":\"{Convert.ToBase64String(payload)}\",\"PartitionKey\":\"device-{random.Next(KeyCount)}\"");
    }
}
