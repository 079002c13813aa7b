using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Another gateway's Kinesis endpoint, which verifies signatures and their times, at the far end of a damaged
/// link.</summary>
public sealed class DamagedKinesisTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.TooManyRequests, LinkFault.ServerError, LinkFault.Unavailable, LinkFault.ClockSkew,
    ];

    private const string Telemetry = """
        streams:
          - name: telemetry
            shards: 2
            deduplication: true
        """;

    [Fact]
    public Task The_stream_holds_every_record_in_order_once() =>
        DamagedLinkRun.RunAsync("damaged-kinesis", output, StartAsync);

    private static async Task<IDamagedDestination> StartAsync(int seed)
    {
        var port = FreePort.Next();
        var upstream = await KinesisWorld.StartAsync(port, Telemetry);
        return new Destination(upstream, port, new LinkPlan(seed, Faults));
    }

    private sealed class Destination : IDamagedDestination
    {
        private readonly TemporaryFolder _folder = new("damaged-kinesis");
        private readonly LinkFront _front = new() { AnswerForm = LinkAnswerForm.AwsJson };
        private readonly GatewayWorld _upstream;
        private readonly int _port;
        private readonly string _authorities;

        public Destination(GatewayWorld upstream, int port, LinkPlan plan)
        {
            _upstream = upstream;
            _port = port;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $"""
            kinesis:
              endpoint: https://localhost:{Link.Port}
              streamName: telemetry
              accessKey: {KinesisWorld.AccessKeyId}
              secretKey: {KinesisWorld.Secret}
              payload: line
              recordIds: true
              tls:
                authorities: {_authorities}
              timeout: 3s
            """;

        public Task RestartAsync()
        {
            _upstream.Gateway.Kill9();
            return _upstream.StartAgainAsync();
        }

        public async Task<IReadOnlyList<Arrival>> ReadAsync()
        {
            using var api = KinesisWorld.ApiOf(_port);
            var shards = (await api.CallAsync("ListShards", """{"StreamName":"telemetry"}""")).GetProperty("Shards");
            var found = new List<Arrival>();
            foreach (var shard in shards.EnumerateArray())
            {
                await ReadAsync(api, shard.GetProperty("ShardId").GetString()!, found);
            }

            return found;
        }

        /// <summary>The stream knows each record by its id.</summary>
        public int RepeatsMax(ChaosCounts counts) => 0;

        public async ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            _folder.Dispose();
            await _upstream.DisposeAsync();
        }

        private static async Task ReadAsync(KinesisApi api, string shard, List<Arrival> found)
        {
            var iterator = (await api.CallAsync("GetShardIterator", $$"""
                {"StreamName":"telemetry","ShardId":"{{shard}}","ShardIteratorType":"TRIM_HORIZON"}
                """)).GetProperty("ShardIterator").GetString();
            while (true)
            {
                var page = await api.CallAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}""");
                var count = found.Count;
                foreach (var record in page.GetProperty("Records").EnumerateArray())
                {
                    using var line = JsonDocument.Parse(record.GetProperty("Data").GetBytesFromBase64());
                    var root = line.RootElement;
                    found.Add(new Arrival(
                        record.GetProperty("PartitionKey").GetString()!,
                        root.GetProperty("data").GetProperty("number").GetInt32(),
                        $"{root.GetProperty("shard")} {root.GetProperty("sequence")}"));
                }

                if (found.Count == count)
                {
                    return;
                }

                iterator = page.GetProperty("NextShardIterator").GetString();
            }
        }
    }
}
