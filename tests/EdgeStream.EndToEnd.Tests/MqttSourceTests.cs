using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Messages of a site's Mosquitto, taken over by the gateway: at least once, none lost, each topic in
/// order.</summary>
public sealed class MqttSourceTests
{
    private const int Topics = 3;
    private const int Window = 20;
    private const int PerLife = 400;

    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("5.0", 1)]
    [InlineData("3.1.1", 1)]
    [InlineData("5.0", 2)]
    public async Task Every_message_that_the_site_s_broker_took_is_a_record_although_the_gateway_is_killed(
        string version, int qos)
    {
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("source-kill", Config(site.Port, version, qos));
        await ConnectedAsync(world);
        var publisher = new KeyedPublisher(site.Port, "device", Topics, Window);
        await RunAsync(publisher, 3, async () =>
        {
            await StoredAsync(world, 1);
            world.Gateway.Kill9();
            await world.StartAgainAsync();
        });

        await CheckAsync(publisher, world);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("3.1.1")]
    public async Task What_is_published_and_sent_on_at_QoS_2_is_a_record_although_the_gateway_is_killed(string version)
    {
        const int Lives = 3;
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("source-twice", Config(site.Port, version, qos: 2));
        await ConnectedAsync(world);
        for (var life = 1; life <= Lives; life++)
        {
            var numbers = Enumerable.Range(((life - 1) * PerLife) + 1, PerLife);
            var lines = string.Join('\n', numbers.Select(number => $$"""{"number":{{number}}}""")) + "\n";
            var publishing = Enumerable.Range(0, Topics).Select(topic => Command.RunAsync(
                "/usr/bin/mosquitto_pub",
                ["-V", "mqttv5", "-h", "127.0.0.1", "-p", $"{site.Port}", "-q", "2", "-t", $"crash/{topic}", "-l"],
                lines)).ToList();
            await StoredAsync(world, ((life - 1) * PerLife * Topics) + 1);
            world.Gateway.Kill9();
            await world.StartAgainAsync();
            Assert.All(await Task.WhenAll(publishing), result => result.OrThrow());
        }

        Assert.True(site.HasSaid("Sending PUBLISH to gateway (d0, q2,"));
        await CheckAsync(
            world, Enumerable.Range(0, Topics).ToDictionary(topic => $"crash/{topic}", _ => Lives * PerLife));
    }

    [Fact]
    public async Task Every_message_is_a_record_although_the_broker_is_restarted()
    {
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("source-restart", Config(site.Port));
        await ConnectedAsync(world);
        var publisher = new KeyedPublisher(site.Port, "device", Topics, Window);
        await RunAsync(publisher, 3, async () =>
        {
            await site.StopAsync();
            await site.StartAgainAsync();
        });

        await CheckAsync(publisher, world);
    }

    [Fact]
    public async Task Every_message_is_a_record_although_the_network_is_cut()
    {
        await using var site = await SiteBroker.StartAsync();
        using var network = new CutLink(site.Port);
        await using var world = await GatewayWorld.StartAsync("source-cut", Config(network.Port));
        await ConnectedAsync(world);
        var publisher = new KeyedPublisher(site.Port, "device", Topics, Window);
        await RunAsync(publisher, 4, async () =>
        {
            network.Cut();
            await Poll.UntilAsync(async () => !await IsConnectedAsync(world));
            network.Mend();
            await ConnectedAsync(world);
        });

        await CheckAsync(publisher, world);
    }

    [Fact]
    public async Task What_is_larger_than_the_source_takes_is_a_dead_letter_and_what_follows_is_a_record()
    {
        const int PayloadBytes = 3_000_000;
        await using var site = await SiteBroker.StartAsync();
        await using var world = await GatewayWorld.StartAsync("source-large", Config(site.Port, "3.1.1"));
        await ConnectedAsync(world);
        using var folder = new TemporaryFolder("large");
        var large = folder.Write("payload", new string('x', PayloadBytes));
        string[] publish = ["-h", "127.0.0.1", "-p", $"{site.Port}", "-q", "1", "-t", "crash/0"];
        (await Command.RunAsync("/usr/bin/mosquitto_pub", [.. publish, "-f", large])).OrThrow();
        (await Command.RunAsync("/usr/bin/mosquitto_pub", [.. publish, "-m", """{"number":1}"""])).OrThrow();
        await StoredAsync(world, 1);
        var letter = Assert.Single(await world.Api.ReadAllAsync("dead-letter"));
        var text = letter.ToString();
        Assert.Contains($"The message of {PayloadBytes} bytes is larger than", text, StringComparison.Ordinal);
        Assert.Contains("Raise 'packetSizeMax'", text, StringComparison.Ordinal);
        Assert.True(await IsConnectedAsync(world));
    }

    [Fact]
    public async Task A_source_that_is_away_degrades_health_and_a_login_that_is_refused_is_told_once()
    {
        using var authority = new TestCertificates();
        var folder = new TemporaryFolder("site-tls");
        var (certificate, key) = authority.Sign("site");
        var ca = folder.Write("ca.pem", authority.Authority);
        var passwords = folder.Write("users", "gateway:secret\n");
        (await Command.RunAsync("/usr/bin/mosquitto_passwd", ["-U", passwords])).OrThrow();
        await using var site = await SiteBroker.StartAsync($"""
            allow_anonymous false
            password_file {passwords}
            certfile {folder.Write("site.pem", certificate)}
            keyfile {folder.Write("site.key", key)}
            """);
        var right = folder.Write("right", "secret\n");
        var wrong = folder.Write("wrong", "guess\n");
        string Text(string password, string authorities) => QuietConfig.Text + $$"""

            sources:
              - name: site
                mqtt:
                  url: mqtts://127.0.0.1:{{site.Port}}
                  username: gateway
                  passwordFile: {{password}}
                  tls: {{{authorities}}}
            """;
        await using var world = await GatewayWorld.StartAsync("source-tls", Text(wrong, $"authorities: {ca}"));
        var problem = await ProblemAsync(world, "BadUserNameOrPassword", "NotAuthorized");
        Assert.Equal(1, world.Gateway.Output.ToString().Split(problem).Length - 1);
        Assert.Equal("degraded", await HealthAsync(world));

        world.WriteConfig(Text(right, ""));
        world.Gateway.Reload();
        await ProblemAsync(world, "TLS");

        world.WriteConfig(Text(right, $"authorities: {ca}"));
        world.Gateway.Reload();
        await ConnectedAsync(world);
        Assert.Equal("healthy", await HealthAsync(world));
        folder.Dispose();
    }

    private static string Config(int port, string version = "5.0", int qos = 1) => QuietConfig.Text + $$"""

        sources:
          - name: site
            mqtt:
              url: mqtt://127.0.0.1:{{port}}
              version: "{{version}}"
              clientId: gateway
              subscriptions: [{filter: crash/#, qos: {{qos}}}]
              reconnectMax: 1s
        """;

    /// <summary>Publishes at the site's broker, and does something in the middle, several times.</summary>
    private static async Task RunAsync(KeyedPublisher publisher, int times, Func<Task> disturb)
    {
        using var stopping = new CancellationTokenSource();
        var running = Task.Run(() => publisher.RunAsync(stopping.Token));
        for (var i = 0; i < times; i++)
        {
            var target = publisher.AcknowledgedCount + PerLife;
            await Poll.UntilAsync(() => running.IsFaulted || publisher.AcknowledgedCount >= target, DrainDeadline);
            await disturb();
        }

        await stopping.CancelAsync();
        await running;
        using var deadline = new CancellationTokenSource(DrainDeadline);
        await publisher.DrainAsync(deadline.Token);
    }

    private static Task CheckAsync(KeyedPublisher publisher, GatewayWorld world)
    {
        Assert.All(publisher.Messages, message => Assert.True(message.IsAcknowledged));
        return CheckAsync(world, publisher.Messages.GroupBy(message => message.Topic)
            .ToDictionary(messages => messages.Key, messages => messages.Max(message => message.Number)));
    }

    /// <summary>Waits until the messages of each topic, from 1 to its last, are records, and compares.</summary>
    private static async Task CheckAsync(GatewayWorld world, Dictionary<string, int> published)
    {
        await StoredAsync(world, published.Values.Sum());
        var follower = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        await follower.ReadAsync(world.Api);
        var newest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in follower.Records)
        {
            // A repeat is a number that was there; anything else follows its predecessor.
            var last = newest.GetValueOrDefault(record.Key);
            Assert.True(record.Number <= last + 1, $"{record.Key}: {record.Number} follows {last}.");
            newest[record.Key] = Math.Max(last, record.Number);
        }

        Assert.Empty(follower.Gaps);
        Assert.Equal(published, newest);
        Assert.Empty(await world.Api.ReadAllAsync("dead-letter"));
    }

    /// <summary>Waits until so many different messages are records.</summary>
    private static async Task StoredAsync(GatewayWorld world, int count)
    {
        var follower = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        var seen = new HashSet<(string, int)>();
        await Poll.UntilAsync(
            async () =>
            {
                await follower.ReadAsync(world.Api);
                seen.UnionWith(follower.Records.Select(record => (record.Key, record.Number)));
                return seen.Count >= count;
            },
            DrainDeadline,
            () => $"{seen.Count} of {count}\n{world.Gateway.Output}");
    }

    private static async Task<bool> IsConnectedAsync(GatewayWorld world) =>
        await SourceAsync(world) is { } source && source.GetProperty("subscribed").GetBoolean();

    /// <summary>The first source; null while the gateway, which answers already, has not started it yet.</summary>
    private static async Task<JsonElement?> SourceAsync(GatewayWorld world)
    {
        var sources = (await world.Api.GetJsonAsync("/api/status")).GetProperty("sources");
        return sources.GetArrayLength() > 0 ? sources[0] : null;
    }

    private static Task ConnectedAsync(GatewayWorld world) =>
        Poll.UntilAsync(() => IsConnectedAsync(world), DrainDeadline, () => world.Gateway.Output.ToString());

    private static async Task<string> HealthAsync(GatewayWorld world) =>
        (await world.Api.GetJsonAsync("/api/status")).GetProperty("health").GetProperty("status").GetString()!;

    private static Task<string> ProblemAsync(GatewayWorld world, params string[] words) => Poll.ForAsync(
        async () => (await SourceAsync(world))?.GetProperty("problem").GetString() is { } problem
            && words.Any(word => problem.Contains(word, StringComparison.Ordinal))
                ? problem : null,
        state: () => string.Create(CultureInfo.InvariantCulture, $"{world.Gateway.Output}"));
}
