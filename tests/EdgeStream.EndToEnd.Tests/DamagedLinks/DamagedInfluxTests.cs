using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>InfluxDB at the far end of a damaged link.</summary>
public sealed class DamagedInfluxTests(ITestOutputHelper output)
{
    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
        LinkFault.TooManyRequests, LinkFault.ServerError, LinkFault.Unavailable, LinkFault.UnavailableForNow,
    ];

    [Fact]
    public Task There_is_a_point_for_every_record_and_no_other() =>
        DamagedLinkRun.RunAsync("damaged-influx", output, StartAsync);

    private static async Task<IDamagedDestination> StartAsync(int seed) =>
        new Destination(await InfluxServer.StartAsync(), new LinkPlan(seed, Faults));

    private sealed class Destination : IDamagedDestination
    {
        private readonly TemporaryFolder _folder = new("damaged-influx");
        private readonly LinkFront _front = new();
        private readonly InfluxServer _server;
        private readonly string _authorities;

        public Destination(InfluxServer server, LinkPlan plan)
        {
            _server = server;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(server.Port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $"""
            influxdb:
              url: https://localhost:{Link.Port}
              database: telemetry
              tls:
                authorities: {_authorities}
              gzip: true
              requestRecords: 50
              timeout: 3s
            """;

        public async Task RestartAsync()
        {
            await _server.KillAsync();
            await _server.StartAgainAsync();
        }

        public async Task<IReadOnlyList<Arrival>> ReadAsync() =>
        [
            .. (await _server.AskAsync("SELECT number, \"key\" FROM readings ORDER BY time"))
                .Select(point => new Arrival(point[2].GetString()!, (int)point[1].GetDouble())),
        ];

        /// <summary>A point replaces itself.</summary>
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
