using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Walks of the topic tree take no lock: what stays is found exactly once, whatever comes and goes beside
/// it.</summary>
public class TopicTreeConcurrencyTests(ITestOutputHelper output)
{
    private const int Changes = 20_000;

    [Fact]
    public async Task What_stays_subscribed_is_found_exactly_once_while_others_come_and_go()
    {
        Random random = Seed.Create(output);
        var tree = new TopicTree();
        tree.Add(NewSubscription(new Session("stays", TestLimits.Create()), "a/b"));
        using var stop = new CancellationTokenSource();
        Task<int> reading = CountWrongAsync(tree, stop.Token);
        string[] filters = ["a/b", "a/#", "+/b", "#", "a/b/c", "x/y", "$share/g/a/b"];
        var others = new List<Subscription>();
        for (int i = 0; i < Changes; i++)
        {
            if (others.Count > 0 && random.Next(2) == 0)
            {
                int at = random.Next(others.Count);
                tree.Remove(others[at]);
                others.RemoveAt(at);
            }
            else
            {
                others.Add(NewSubscription(
                    new Session($"c{i}", TestLimits.Create()), filters[random.Next(filters.Length)]));
                tree.Add(others[^1]);
            }
        }

        await stop.CancelAsync();
        Assert.Equal(0, await reading);
        Assert.Equal(others.Count + 1, tree.Count);
    }

    [Fact]
    [Statements(MqttVersion.V311, "MQTT-3.8.4-3")]
    [Statements(MqttVersion.V500, "MQTT-3.8.4-4")]
    public async Task A_replaced_subscription_is_never_missed()
    {
        var tree = new TopicTree();
        var session = new Session("c", TestLimits.Create());
        Subscription current = NewSubscription(session, "a/b");
        tree.Add(current);
        using var stop = new CancellationTokenSource();
        Task<int> reading = CountWrongAsync(tree, stop.Token);
        for (int i = 0; i < Changes; i++)
        {
            Subscription next = NewSubscription(session, "a/b");
            tree.Add(next, current);
            current = next;
        }

        await stop.CancelAsync();
        Assert.Equal(0, await reading);
        Assert.Equal(1, tree.Count);
    }

    private static Task<int> CountWrongAsync(TopicTree tree, CancellationToken stop) => Task.Run(() =>
    {
        int wrong = 0;
        var deliveries = new List<Delivery>();
        var message = new ApplicationMessage { Topic = "a/b"u8.ToArray(), Payload = [] };
        while (!stop.IsCancellationRequested)
        {
            deliveries.Clear();
            tree.Match(message, deliveries);
            wrong += deliveries.Count(static d => d.Session.ClientId is "stays" or "c") == 1 ? 0 : 1;
            wrong += deliveries.Where(static d => d.Group is null).DistinctBy(static d => d.Session).Count()
                == deliveries.Count(static d => d.Group is null) ? 0 : 1;
        }

        return wrong;
    });

    private static Subscription NewSubscription(Session session, string filter) =>
        new(session, new SubscriptionRequest(filter, MqttQos.AtMostOnce, false, false, MqttRetainHandling.Send), 0);
}
