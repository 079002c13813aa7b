using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>What Mosquitto's clients do through one door, both as publisher and as subscriber.</summary>
/// <param name="door">The arguments that lead to it.</param>
/// <param name="version">4 (MQTT 3.1.1) or 5.</param>
/// <param name="topicBase">What the topics begin with.</param>
internal sealed class MosquittoScenario(string[] door, int version, string topicBase)
{
    private const string MosquittoPub = "/usr/bin/mosquitto_pub";
    private const string MosquittoSub = "/usr/bin/mosquitto_sub";
    private const int Count = 4;

    private readonly string[] _door = [.. door, "-V", version == 5 ? "mqttv5" : "mqttv311"];

    /// <summary>Runs one; throws where something did not come as it should.</summary>
    public Task RunAsync(string scenario)
    {
        var topic = $"{topicBase}/{scenario}";
        return scenario switch
        {
            "qos0" or "qos1" or "qos2" => InOrderAsync(topic, scenario[3] - '0'),
            "retained" => RetainAsync(topic),
            "will" => DieAsync(topic),
            "shared" => ShareAsync(topic),
            "kept" => KeepAsync(topic),
            _ => throw new ArgumentException($"There is no scenario '{scenario}'.", nameof(scenario)),
        };
    }

    private async Task InOrderAsync(string topic, int qos)
    {
        await using var subscriber = await SubscribeAsync(topic);
        for (var i = 0; i < Count; i++)
        {
            await PublishAsync(topic, $"{i}", qos);
        }

        await subscriber.WaitForAsync($"got {qos} 0 {Count - 1}");
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"got {qos} 0 {i}"), Received(subscriber));
    }

    private async Task RetainAsync(string topic)
    {
        await PublishAsync(topic, "state", 1, "-r");
        await using (var subscriber = await SubscribeAsync(topic))
        {
            await subscriber.WaitForAsync("got 1 1 state");
        }

        (await Command.RunAsync(MosquittoPub, [.. _door, "-t", topic, "-r", "-n", "-q", "1"])).OrThrow();
    }

    private async Task DieAsync(string topic)
    {
        await using var watcher = await SubscribeAsync(topic);
        await using (await SubscribeAsync(
            $"{topic}/nothing", "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1"))
        {
            Assert.False(watcher.Output.Contains("gone"));
        }

        await watcher.WaitForAsync("got 1 0 gone");
    }

    private async Task ShareAsync(string topic)
    {
        await using var first = await SubscribeAsync($"$share/g/{topic}");
        await using var second = await SubscribeAsync($"$share/g/{topic}");
        for (var i = 0; i < Count; i++)
        {
            await PublishAsync(topic, $"{i}", 1);
        }

        await Poll.UntilAsync(() => Received(first).Count + Received(second).Count == Count);
        Assert.Equal(Count / 2, Received(first).Count);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => $"got 1 0 {i}"),
            Received(first).Concat(Received(second)).Order(StringComparer.Ordinal));
    }

    private async Task KeepAsync(string topic)
    {
        string[] session =
            version == 5 ? ["-c", "-x", "600", "-i", $"kept-{topic}"] : ["-c", "-i", $"kept-{topic}"];
        await (await SubscribeAsync(topic, session)).DisposeAsync();
        for (var i = 0; i < Count; i++)
        {
            await PublishAsync(topic, $"{i}", 2);
        }

        await using var back = await SubscribeAsync(topic, session);
        await Poll.UntilAsync(() => Received(back).Count >= Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"got 2 0 {i}"), Received(back));
    }

    private async Task PublishAsync(string topic, string payload, int qos, params string[] more)
    {
        var quality = qos.ToString(CultureInfo.InvariantCulture);
        (await Command.RunAsync(
            MosquittoPub, [.. _door, "-t", topic, "-m", payload, "-q", quality, .. more])).OrThrow();
    }

    private async Task<BackgroundCommand> SubscribeAsync(string filter, params string[] more)
    {
        // Its debug lines would stay in its buffer; line by line they tell when the subscription counts.
        var subscriber = BackgroundCommand.Start(
            "/usr/bin/stdbuf",
            ["-oL", MosquittoSub, .. _door, "-t", filter, "-q", "2", "-d", "-F", "got %q %r %p", .. more]);
        await subscriber.WaitForAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    private static List<string> Received(BackgroundCommand subscriber) =>
        [.. subscriber.Output.ToString().Split('\n').Where(line => line.StartsWith("got ", StringComparison.Ordinal))];
}
