using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Prometheus at the far end of a damaged link.</summary>
public sealed class DamagedPrometheusTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.TooManyRequests, LinkFault.ServerError, LinkFault.Unavailable, LinkFault.UnavailableForNow,
    ];

    [Fact]
    public Task There_is_a_sample_for_every_record_and_none_is_put_aside() =>
        DamagedLinkRun.RunAsync("damaged-prometheus", output, StartAsync);

    private static async Task<IDamagedDestination> StartAsync(int seed) =>
        new Destination(await PrometheusServer.StartAsync(), new LinkPlan(seed, Faults));

    private sealed class Destination : IDamagedDestination
    {
        private readonly TemporaryFolder _folder = new("damaged-prometheus");
        private readonly LinkFront _front = new();
        private readonly PrometheusServer _server;
        private readonly string _authorities;

        public Destination(PrometheusServer server, LinkPlan plan)
        {
            _server = server;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(server.Port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $"""
            prometheus:
              url: https://localhost:{Link.Port}/api/v1/write
              tls:
                authorities: {_authorities}
              requestRecords: 50
              timeout: 3s
            """;

        public bool NeedsTimes => true;

        public async Task RestartAsync()
        {
            await _server.KillAsync();
            await _server.StartAgainAsync();
        }

        public async Task<IReadOnlyList<Arrival>> ReadAsync() =>
            [.. (await _server.SamplesAsync("number")).Select(sample => new Arrival(sample.Key, sample.Value))];

        /// <summary>The server is asked for what it refuses.</summary>
        public int RepeatsMax(ChaosCounts counts) => 0;

        public async ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            _folder.Dispose();
            await _server.DisposeAsync();
        }
    }
}
