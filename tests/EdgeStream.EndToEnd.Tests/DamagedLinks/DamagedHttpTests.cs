using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>An endpoint that knows Firehose's requests by their ids at the far end of a damaged link.</summary>
public sealed class DamagedHttpTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.TooManyRequests, LinkFault.ServerError, LinkFault.Unavailable, LinkFault.UnavailableForNow,
    ];

    [Fact]
    public Task The_endpoint_has_every_record_in_order_and_a_request_twice_only_by_its_id() =>
        DamagedLinkRun.RunAsync(
            "damaged-http", output,
            seed => Task.FromResult<IDamagedDestination>(new Destination(new LinkPlan(seed, Faults))));

    private sealed class Destination : IDamagedDestination
    {
        private const int RequestRecords = 40;

        private readonly TemporaryFolder _folder = new("damaged-http");
        private readonly LinkFront _front = new();
        private readonly StrictEndpoint _endpoint = new();
        private readonly string _authorities;

        public Destination(LinkPlan plan)
        {
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(_endpoint.Port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $"""
            http:
              url: https://localhost:{Link.Port}/
              payload: line
              gzip: true
              requestRecords: {RequestRecords}
              tls:
                authorities: {_authorities}
              timeout: 3s
            """;

        public async Task RestartAsync()
        {
            await _endpoint.RestartAsync();
            Link.Target = _endpoint.Port;
        }

        public Task<IReadOnlyList<Arrival>> ReadAsync()
        {
            Assert.Empty(_endpoint.Problems);
            return Task.FromResult(_endpoint.Arrivals);
        }

        /// <summary>The endpoint takes a request's id once; only a kill may cut requests anew, of what was taken within
        /// the last second.</summary>
        public int RepeatsMax(ChaosCounts counts) =>
            counts.Kills * DamagedLinkRun.ShardCount * DamagedLinkRun.BatchRecordsMax;

        public async ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            _folder.Dispose();
            await _endpoint.DisposeAsync();
        }
    }
}
