using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>NATS JetStream at the far end of a damaged link.</summary>
public sealed class DamagedNatsTests(ITestOutputHelper output)
{
    private const string Stream = "TELEMETRY";

    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
    ];

    [Fact]
    public Task The_stream_holds_every_record_once_and_in_order() =>
        DamagedLinkRun.RunAsync("damaged-nats", output, StartAsync);

    private static async Task<IDamagedDestination> StartAsync(int seed)
    {
        var cluster = await NatsCluster.StartAsync();
        await cluster.MakeStreamAsync(Stream, "to.>", 1);
        return new Destination(cluster, new LinkPlan(seed, Faults));
    }

    private sealed class Destination : IDamagedDestination
    {
        private readonly TemporaryFolder _folder = new("damaged-nats");
        private readonly LinkFront _front = new() { IsServerFirst = true };
        private readonly NatsCluster _cluster;
        private readonly string _authorities;

        public Destination(NatsCluster cluster, LinkPlan plan)
        {
            _cluster = cluster;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(cluster.Port(0), _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $$"""
            nats:
              url: tls://localhost:{{Link.Port}}
              subject: "to.{stream}.{key}"
              tls:
                authorities: {{_authorities}}
              timeout: 3s
            """;

        public async Task RestartAsync()
        {
            await _cluster.KillAsync(0);
            await _cluster.StartAgainAsync(0);
        }

        public async Task<IReadOnlyList<Arrival>> ReadAsync() =>
        [
            .. (await _cluster.ReadAsync(Stream)).Select(message => new Arrival(
                message[0]["to.readings.".Length..].Replace('.', '/'),
                JsonDocument.Parse(message[2]).RootElement.GetProperty("number").GetInt32(),
                message[1])),
        ];

        /// <summary>The stream knows ids of two minutes.</summary>
        public int RepeatsMax(ChaosCounts counts) => 0;

        public async ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            _folder.Dispose();
            await _cluster.DisposeAsync();
        }
    }
}
