using System.Text.Json;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Mosquitto at the far end of a damaged link.</summary>
public sealed class DamagedMqttTests(ITestOutputHelper output)
{
    private const int SendMaximum = 20;

    /// <summary>What the broker itself may send its subscriber again when it is restarted: its
    /// <c>max_inflight_messages</c>.</summary>
    private const int BrokerInFlight = 100;

    private static readonly LinkFault[] Faults =
    [
        LinkFault.Refused, LinkFault.RequestReset, LinkFault.AnswerReset, LinkFault.AnswerCut, LinkFault.AnswerLost,
        LinkFault.Silence, LinkFault.Drip, LinkFault.Delay, LinkFault.WrongName, LinkFault.WrongAuthority,
    ];

    [Fact]
    public Task Every_record_arrives_in_order_and_repeats_have_the_ids_of_what_they_repeat() =>
        DamagedLinkRun.RunAsync("damaged-mqtt", output, StartAsync);

    private static async Task<IDamagedDestination> StartAsync(int seed)
    {
        var folder = new TemporaryFolder("damaged-mqtt");
        var site = await SiteBroker.StartAsync();
        return new Destination(
            folder, site, await SiteReceiver.StartAsync(site.Port, folder.Combine("received")),
            new LinkPlan(seed, Faults));
    }

    private sealed class Destination : IDamagedDestination
    {
        private readonly LinkFront _front = new();
        private readonly TemporaryFolder _folder;
        private readonly SiteBroker _site;
        private readonly SiteReceiver _receiver;
        private readonly string _authorities;

        public Destination(TemporaryFolder folder, SiteBroker site, SiteReceiver receiver, LinkPlan plan)
        {
            _folder = folder;
            _site = site;
            _receiver = receiver;
            _authorities = _folder.Write("ca.pem", _front.Authority);
            Link = new FaultyLink(site.Port, _front, plan);
        }

        public FaultyLink Link { get; }

        public string Config => $$"""
            mqtt:
              url: mqtts://localhost:{{Link.Port}}
              tls:
                authorities: {{_authorities}}
              topic: "gateway/{stream}/{key}"
              sendMaximum: {{SendMaximum}}
              keepAlive: 2s
              connectTimeout: 3s
              reconnectMax: 1s
              timeout: 3s
            """;

        /// <summary>In order, so that it keeps what its subscriber has not got yet.</summary>
        public async Task RestartAsync()
        {
            await _site.StopAsync();
            await _site.StartAgainAsync();
        }

        /// <summary>What a subscriber got, once the last message that is published now has come.</summary>
        public async Task<IReadOnlyList<Arrival>> ReadAsync()
        {
            const string Last = "last";
            var published = await Command.RunAsync("/usr/bin/mosquitto_pub",
                ["-h", "127.0.0.1", "-p", $"{_site.Port}", "-t", $"gateway/{Last}", "-m", Last, "-q", "1"]);
            Assert.True(published.ExitCode == 0, $"{published}");
            await Poll.UntilAsync(
                () => _receiver.Messages.Any(message => message.Payload == Last), DeliveredReadings.Deadline);
            return
            [
                .. _receiver.Messages.Where(message => message.Payload != Last).Select(message => new Arrival(
                    message.Topic["gateway/readings/".Length..],
                    JsonDocument.Parse(message.Payload).RootElement.GetProperty("number").GetInt32(),
                    message.Id)),
            ];
        }

        /// <summary>MQTT names no messages: what was under way is sent again, and after a kill what was acknowledged
        /// within the last second.</summary>
        public int RepeatsMax(ChaosCounts counts) => (counts.Connections * SendMaximum)
            + (counts.Kills * DamagedLinkRun.ShardCount * DamagedLinkRun.BatchRecordsMax)
            + (counts.Restarts * BrokerInFlight);

        public async ValueTask DisposeAsync()
        {
            Link.Dispose();
            _front.Dispose();
            await _receiver.DisposeAsync();
            await _site.DisposeAsync();
            _folder.Dispose();
        }
    }
}
