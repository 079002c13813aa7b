using System.Text;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The topic tree and the retained messages against the rule of section 4.7 written down as plainly as
/// possible.</summary>
public class TopicTreeTests(ITestOutputHelper output)
{
    private static readonly string[] Levels = ["a", "b", "", "$s", "long-level"];

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)] // The examples of section 4.7.1.
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/monitor", false)] // [MQTT-4.7.2-1].
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("ACCOUNTS", "Accounts", false)]
    public void A_filter_matches_as_the_specification_says(string filter, string topic, bool isMatch)
    {
        var tree = new TopicTree();
        tree.Add(Subscription(NewSession("c"), filter));
        Assert.Equal(isMatch, tree.HasMatch(Encoding.UTF8.GetBytes(topic)));
        Assert.Equal(isMatch, Matches(filter, topic));
        Assert.Equal(isMatch, Topics.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));
        Assert.Equal(isMatch ? 1 : 0, Match(tree, topic).Count);
    }

    [Fact]
    public void Random_subscriptions_match_like_the_naive_model()
    {
        Random random = Seed.Create(output);
        for (int round = 0; round < 30; round++)
        {
            CompareWithModel(random);
        }
    }

    [Fact]
    public void Retained_messages_are_found_like_the_naive_model()
    {
        Random random = Seed.Create(output);
        var retained = new RetainedMessages(10_000, long.MaxValue);
        var model = new HashSet<string>();
        for (int step = 0; step < 2000; step++)
        {
            string topic = RandomTopic(random);
            byte[] bytes = Encoding.UTF8.GetBytes(topic);
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(topic), retained.Remove(bytes));
            }
            else
            {
                model.Add(topic);
                Assert.True(retained.TrySet(new ApplicationMessage { Topic = bytes, Payload = [1] }));
            }

            Assert.Equal(model.Count, retained.Count);
            string filter = RandomFilter(random);
            List<ApplicationMessage> found = retained.Match(Encoding.UTF8.GetBytes(filter), 0);
            Assert.Equal(model.Where(t => Matches(filter, t)).Order(), found.Select(m => Topics.Text(m.Topic)).Order());
        }
    }

    [Fact]
    public void A_session_with_several_matching_filters_gets_one_delivery_with_the_highest_qos() // [MQTT-3.3.4-2].
    {
        var tree = new TopicTree();
        Session session = NewSession("c");
        tree.Add(Subscription(session, "a/#", MqttQos.AtMostOnce, 1));
        tree.Add(Subscription(session, "a/+", MqttQos.ExactlyOnce, 2));
        tree.Add(Subscription(session, "a/b", MqttQos.AtLeastOnce, 3));
        Delivery delivery = Assert.Single(Match(tree, "a/b"));
        Assert.Equal(MqttQos.ExactlyOnce, delivery.QosMax);
        Assert.Equal(new uint[] { 1, 2, 3 }, new[] { delivery.Ids.First }.Concat(delivery.Ids.More!).Order());
    }

    [Fact]
    public void The_deepest_filter_allowed_is_walked()
    {
        string deep = string.Join('/', Enumerable.Repeat("+", Topics.LevelsMax));
        var tree = new TopicTree();
        Subscription subscription = Subscription(NewSession("c"), deep);
        tree.Add(subscription);
        Assert.True(tree.HasMatch(Encoding.UTF8.GetBytes(deep.Replace('+', 'x'))));
        tree.Remove(subscription);
        Assert.Equal(0, tree.Count);
    }

    private static void CompareWithModel(Random random)
    {
        var tree = new TopicTree();
        Session[] sessions = [.. Enumerable.Range(0, 5).Select(i => NewSession($"c{i}"))];
        var model = new Dictionary<(Session, string), Subscription>();
        for (int step = 0; step < 300; step++)
        {
            Session session = sessions[random.Next(sessions.Length)];
            string filter = RandomFilter(random);
            if (random.Next(3) == 0)
            {
                if (model.Remove((session, filter), out Subscription? removed))
                {
                    tree.Remove(removed);
                }
            }
            else
            {
                Subscription added = Subscription(session, filter);
                model.TryGetValue((session, filter), out Subscription? previous);
                model[(session, filter)] = added;
                tree.Add(added, previous);
            }

            string topic = RandomTopic(random);
            Assert.Equal(
                Matches(filter, topic),
                Topics.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));
            IEnumerable<string> expected =
                model.Keys.Where(k => Matches(k.Item2, topic)).Select(k => k.Item1.ClientId).Distinct();
            Assert.Equal(expected.Order(), Match(tree, topic).Select(d => d.Session.ClientId).Order());
            Assert.Equal(expected.Any(), tree.HasMatch(Encoding.UTF8.GetBytes(topic)));
            Assert.Equal(model.Count, tree.Count);
        }
    }

    private static bool Matches(string filter, string topic)
    {
        string[] wanted = filter.Split('/');
        string[] levels = topic.Split('/');
        if (topic.StartsWith('$') && wanted[0] is "+" or "#")
        {
            return false;
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length || (wanted[i] != "+" && wanted[i] != levels[i]))
            {
                return false;
            }

            if (i == levels.Length - 1 && wanted.Length == i + 2 && wanted[i + 1] == "#")
            {
                return true;
            }
        }

        return wanted.Length == levels.Length;
    }

    private static string RandomTopic(Random random) =>
        NotEmpty(string.Join('/', random.GetItems(Levels, random.Next(1, 5))));

    private static string RandomFilter(Random random)
    {
        int count = random.Next(1, 5);
        return NotEmpty(string.Join('/', Enumerable.Range(0, count).Select(i => random.Next(6) switch
        {
            0 => "+",
            1 when i == count - 1 => "#",
            _ => Levels[random.Next(Levels.Length)],
        })));
    }

    private static string NotEmpty(string topic) => topic.Length == 0 ? "/" : topic;

    private static List<Delivery> Match(TopicTree tree, string topic)
    {
        var deliveries = new List<Delivery>();
        tree.Match(new ApplicationMessage { Topic = Encoding.UTF8.GetBytes(topic), Payload = [] }, deliveries);
        return deliveries;
    }

    private static Session NewSession(string clientId) => new(clientId, TestLimits.Create());

    private static Subscription Subscription(
        Session session, string filter, MqttQos qos = MqttQos.AtMostOnce, uint id = 0) =>
        new(session, new SubscriptionRequest(filter, qos, false, false, MqttRetainHandling.Send), id);
}
