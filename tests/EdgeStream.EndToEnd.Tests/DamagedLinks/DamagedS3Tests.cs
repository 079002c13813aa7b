using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Ceph's S3 server at the far end of a damaged link.</summary>
[Collection(RadosGatewayFixture.Name)]
public sealed class DamagedS3Tests(RadosGatewayFixture fixture, ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.ServerError, LinkFault.Unavailable, LinkFault.UnavailableForNow, LinkFault.ClockSkew,
    ];

    [Fact]
    public Task Objects_hold_every_record_once_and_in_order() =>
        DamagedLinkRun.RunAsync("damaged-s3", output, StartAsync);

    private async Task<IDamagedDestination> StartAsync(int seed)
    {
        var server = fixture.Server with { Bucket = $"damaged-{seed}" };
        using var client = server.Connect();
        await client.PutBucketAsync(server.Bucket);
        return new Destination(fixture, server, new LinkPlan(seed, Faults));
    }

    private sealed class Destination : IDamagedDestination
    {
        private readonly TemporaryFolder _folder = new("damaged-s3");
        private readonly LinkFront _front = new() { AnswerForm = LinkAnswerForm.S3 };
        private readonly RadosGatewayFixture _fixture;
        private readonly S3Server _server;
        private readonly string _authorities;

        public Destination(RadosGatewayFixture fixture, S3Server server, LinkPlan plan)
        {
            _fixture = fixture;
            _server = server;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(new Uri(server.Endpoint).Port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $"""
            s3:
              endpoint: https://localhost:{Link.Port}
              bucket: {_server.Bucket}
              accessKey: {_server.AccessKeyId}
              secretKey: {_server.SecretAccessKey}
              timeout: 3s
            """;

        /// <summary>The destination trusts the machine's authorities: this is theirs.</summary>
        public IReadOnlyList<string> Environment => [$"SSL_CERT_FILE={_authorities}"];

        public Task RestartAsync() => _fixture.RestartAsync();

        public async Task<IReadOnlyList<Arrival>> ReadAsync() =>
        [
            .. (await _server.RecordsAsync()).Select(record => new Arrival(
                record.Key, record.Data.GetProperty("number").GetInt32(), $"{record.Shard} {record.Sequence}")),
        ];

        /// <summary>An object replaces itself.</summary>
        public int RepeatsMax(ChaosCounts counts) => 0;

        public ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
