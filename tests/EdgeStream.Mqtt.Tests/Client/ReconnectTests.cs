using System.Net;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A connection that is lost is made anew, soon but not in haste, and asks for nothing twice.</summary>
public class ReconnectTests
{
    private const string Subscribed = "90 04 0001 00 01";
    private readonly ManualTimeProvider _time = new();
    private readonly List<IReadOnlyList<MqttKnownSubscription>> _told = [];
    private ushort _keepAliveSeconds = 60;

    [Fact]
    public async Task It_subscribes_where_the_server_has_no_session_and_only_there()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client =
            Start(script.Port, new MqttTopicSubscription("a/#", MqttQos.AtLeastOnce));
        using (RawClient first = await script.AcceptAsync(ScriptedServer.Connack5))
        {
            await first.ExpectAsync(RawClient.Subscribe5("a/#", 1));
            await first.SendAsync(Subscribed);
        }

        using (RawClient second = await AcceptNextAsync(script, ScriptedServer.Connack5Present))
        {
            await second.SendAsync(RawClient.Publish5("a/b", "x", 1, 9));
            await second.ExpectAsync("40 02 0009");
        }

        using RawClient third = await AcceptNextAsync(script, ScriptedServer.Connack5);
        await third.ExpectAsync(RawClient.Subscribe5("a/#", 1, 2));
        Assert.Equal(3, client.Status.Connections);
    }

    [Fact]
    public async Task A_session_that_is_subscribed_to_something_else_is_put_right()
    {
        using var script = new ScriptedServer();
        var told = new List<string>();
        var options = Options(script.Port, new MqttTopicSubscription("new", MqttQos.AtLeastOnce));
        await using var client = new MqttReconnectingClient(new MqttReconnectOptions
        {
            Name = options.Name,
            Host = options.Host,
            Port = options.Port,
            Connect = options.Connect,
            Subscriptions = options.Subscriptions,
            KnownSubscriptions = [new("old", MqttQos.AtLeastOnce, IsGranted: true)],
            SubscriptionsChanging = list =>
            {
                told.Add(string.Join(' ', list.Select(s => s.IsGranted ? s.Filter : s.Filter + '?')));
                return default;
            },
            Time = _time,
        });
        client.Start();
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5Present);

        // Retained messages come only if the subscription is new to the session.
        await server.ExpectAsync(RawClient.Subscribe5("new", 0x11));
        await server.ExpectAsync(RawClient.Packet(0xA2, $"0002 00 {RawClient.Text("old")}"));
        Assert.Equal(["old new?"], told);
        await server.SendAsync(Subscribed, "B0 04 0002 00 00");
        await Eventually.TrueAsync(() => told.Count == 2, "the change is told");
        Assert.Equal("new", told[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_subscription_that_was_asked_for_and_not_granted_is_asked_for_again(bool isGranted)
    {
        using var script = new ScriptedServer();
        await using var client = new MqttReconnectingClient(new MqttReconnectOptions
        {
            Name = "test",
            Host = "127.0.0.1",
            Port = script.Port,
            Connect = Options(script.Port).Connect,
            Subscriptions = [new("a", MqttQos.AtLeastOnce)],
            KnownSubscriptions = [new("a", MqttQos.AtLeastOnce, isGranted)],
            Time = _time,
        });
        client.Start();
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5Present);
        if (!isGranted)
        {
            await server.ExpectAsync(RawClient.Subscribe5("a", 0x11));
            Assert.False(client.Status.IsSubscribed);
            await server.SendAsync(Subscribed);
        }

        await Eventually.TrueAsync(() => client.Status.IsSubscribed, "it is subscribed");
        await server.SendAsync(RawClient.Publish5("a", "x", 1, 9));
        await server.ExpectAsync("40 02 0009");
    }

    [Fact]
    public async Task A_filter_that_the_server_refuses_is_named_and_tried_again_later()
    {
        _keepAliveSeconds = 0;
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client =
            Start(script.Port, new MqttTopicSubscription("secret/#", MqttQos.AtLeastOnce));
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5);
        await server.ExpectAsync(RawClient.Subscribe5("secret/#", 1));
        await server.SendAsync("90 04 0001 00 87");
        await Eventually.TrueAsync(() => client.Status.Problem is not null, "the refusal shows");
        Assert.Contains("secret/#", client.Status.Problem, StringComparison.Ordinal);
        Assert.True(client.Status.IsConnected);
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return server.IsReadable;
        });
        await server.ExpectAsync(RawClient.Subscribe5("secret/#", 1, 2));
        await server.SendAsync("90 04 0002 00 01");
        await Eventually.TrueAsync(() => client.Status.Problem is null, "it is granted now");
    }

    [Fact]
    public async Task A_subscription_that_is_granted_for_less_is_a_problem_and_not_asked_for_again()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client =
            Start(script.Port, new MqttTopicSubscription("site/#", MqttQos.AtLeastOnce));
        using (RawClient server = await script.AcceptAsync(ScriptedServer.Connack5))
        {
            await server.ExpectAsync(RawClient.Subscribe5("site/#", 1));
            await server.SendAsync("90 04 0001 00 00");
            await Eventually.TrueAsync(() => client.Status.Problem is not null, "the lower QoS shows");
            Assert.Contains("'site/#' with QoS 0 where 1", client.Status.Problem, StringComparison.Ordinal);
            Assert.False(client.Status.IsSubscribed);
        }

        using RawClient again = await AcceptNextAsync(script, ScriptedServer.Connack5Present);
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return again.IsReadable;
        });
        await again.ExpectAsync("C0 00");
        Assert.Contains("'site/#' with QoS 0 where 1", client.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_was_granted_for_less_stays_so_when_another_is_asked_for_again()
    {
        using var script = new ScriptedServer();
        await using var client = new MqttReconnectingClient(Options(
            script.Port,
            new MqttTopicSubscription("low/#", MqttQos.AtLeastOnce),
            new MqttTopicSubscription("no/#", MqttQos.AtLeastOnce)));
        client.Start();
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5);
        await server.ExpectAsync(RawClient.Subscribe5("low/#", 1) + RawClient.Subscribe5("no/#", 1, 2));
        await server.SendAsync("90 04 0001 00 00", "90 04 0002 00 87");
        await Eventually.TrueAsync(() => client.Status.Problem is not null, "the refusal shows");
        await Poll.UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return server.IsReadable && (await server.ReadPacketAsync())[0] == 0x82;
        });
        await server.SendAsync("90 04 0003 00 01");
        await Eventually.TrueAsync(
            () => client.Status.Problem?.Contains("'low/#' with QoS 0", StringComparison.Ordinal) == true,
            "the lower one shows still");

        Assert.Equal(4, _told.Count);
        Assert.All(_told[1..], list => Assert.False(list.Single(known => known.Filter == "low/#").IsGranted));
        Assert.True(_told[^1].Single(known => known.Filter == "no/#").IsGranted);
    }

    [Fact]
    public async Task A_server_that_switches_the_keep_alive_off_is_pinged_all_the_same()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port);
        using RawClient server = await script.AcceptAsync("20 06 00 00 03 13 0000");
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return client.Status.Problem is not null;
        });
        Assert.Contains("PINGREQ", client.Status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_login_is_not_tried_again_soon()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port);
        using (await script.AcceptAsync("20 03 00 86 00"))
        {
            await Eventually.TrueAsync(() => client.Status.NextAttemptAt is not null, "it waits");
        }

        Assert.Contains("BadUserNameOrPassword", client.Status.Problem, StringComparison.Ordinal);
        Assert.InRange(
            (client.Status.NextAttemptAt!.Value - _time.GetUtcNow()).TotalSeconds, 30, 60);
        Assert.Equal(0, client.Status.Connections);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_until_it_is()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        int port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        await using MqttReconnectingClient client = Start(port);
        await Eventually.TrueAsync(() => client.Status.Problem is not null, "the failure shows");
        Assert.False(client.Status.IsConnected);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_a_ping_is_left()
    {
        using var script = new ScriptedServer();
        await using MqttReconnectingClient client = Start(script.Port);
        using RawClient server = await script.AcceptAsync(ScriptedServer.Connack5);
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return client.Status.Problem is not null;
        });
        Assert.Contains("PINGREQ", client.Status.Problem, StringComparison.Ordinal);
    }

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(1)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Delays_are_spread_over_a_range_that_doubles_up_to_the_longest(int seed) =>
        TestSeed.Run(seed, random =>
        {
            MqttReconnectOptions options = Options(1, random);
            double[] ceilings = [1, 2, 4, 8, 16, 32, 60, 60];
            for (int failures = 1; failures <= ceilings.Length; failures++)
            {
                double longest = 0;
                for (int i = 0; i < 500; i++)
                {
                    double delay = ReconnectDelay.After(failures, isRefused: false, options).TotalSeconds;
                    Assert.InRange(delay, 0.01, ceilings[failures - 1]);
                    longest = Math.Max(longest, delay);
                }

                Assert.True(longest > ceilings[failures - 1] * 0.9);
            }

            Assert.InRange(ReconnectDelay.After(1_000_000, false, options).TotalSeconds, 0.01, 60);
            Assert.InRange(ReconnectDelay.After(1, true, options).TotalSeconds, 30, 60);
        });

    [Fact]
    public async Task A_connection_that_lasted_begins_the_delays_anew_and_one_that_did_not_does_not()
    {
        using var script = new ScriptedServer();
        var random = new LargestRandom();
        await using var client = new MqttReconnectingClient(Options(script.Port, random));
        client.Start();
        double[] delays = new double[4];
        for (int i = 0; i < delays.Length; i++)
        {
            using (await (i == 0 ? script.AcceptAsync(ScriptedServer.Connack5)
                : AcceptNextAsync(script, ScriptedServer.Connack5)))
            {
                await Eventually.TrueAsync(() => client.Status.IsConnected, "it is connected");
                if (i == 2)
                {
                    _time.Advance(TimeSpan.FromSeconds(31));
                }
            }

            await Eventually.TrueAsync(() => client.Status.NextAttemptAt is not null, "it waits");
            delays[i] = (client.Status.NextAttemptAt!.Value - _time.GetUtcNow()).TotalSeconds;
        }

        Assert.Equal([1, 2, 1, 2], delays.Select(delay => Math.Round(delay)));
    }

    private MqttReconnectingClient Start(int port, params MqttTopicSubscription[] subscriptions)
    {
        var client = new MqttReconnectingClient(Options(port, subscriptions));
        client.Start();
        return client;
    }

    private MqttReconnectOptions Options(int port, params MqttTopicSubscription[] subscriptions) =>
        Options(port, new Random(1), subscriptions);

    private MqttReconnectOptions Options(int port, Random random, params MqttTopicSubscription[] subscriptions) => new()
    {
        Name = "test",
        Host = "127.0.0.1",
        Port = port,
        Connect = session => new MqttClientOptions
        {
            ClientId = "c",
            CleanStart = false,
            TakesUnknownSession = true,
            SessionExpirySeconds = 60,
            KeepAliveSeconds = _keepAliveSeconds,
            Session = session,
            Time = _time,
        },
        Subscriptions = subscriptions,
        SubscriptionsChanging = known =>
        {
            _told.Add(known);
            return default;
        },
        Random = random,
        Time = _time,
    };

    /// <summary>Moves the clock until the client comes again.</summary>
    private async Task<RawClient> AcceptNextAsync(ScriptedServer script, string connack)
    {
        Task<RawClient> accepting = script.AcceptAsync(connack);
        await Poll.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return accepting.IsCompleted;
        });
        return await accepting;
    }

    private sealed class LargestRandom : Random
    {
        public override double NextDouble() => 0.999_999;
    }
}
