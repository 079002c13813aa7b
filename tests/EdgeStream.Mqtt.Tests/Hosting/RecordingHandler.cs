using System.Collections.Concurrent;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A host that takes every message at once, unless a test decides otherwise, and remembers what it
/// got.</summary>
internal sealed class RecordingHandler : IMqttPublishHandler
{
    private readonly ConcurrentQueue<string> _received = new();
    private readonly ConcurrentQueue<string> _forgotten = new();

    /// <summary>"topic payload" of each message in the order of the calls.</summary>
    internal IReadOnlyList<string> Received => [.. _received];

    /// <summary>Those of them whose receipt nobody waits for.</summary>
    internal IReadOnlyList<string> Forgotten => [.. _forgotten];

    internal Func<string, PublishReceipt> Decide { get; set; } = static _ => PublishReceipt.Accepted;

    public PublishReceipt Publish(in MqttPublication publication)
    {
        string text = $"{publication.GetTopicString()} {Encoding.UTF8.GetString(publication.Payload)}";
        if (publication.IsFireAndForget)
        {
            _forgotten.Enqueue(text);
        }

        _received.Enqueue(text);
        return Decide(text);
    }
}
