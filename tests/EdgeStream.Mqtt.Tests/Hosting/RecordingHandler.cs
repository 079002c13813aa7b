using System.Collections.Concurrent;
using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A host that takes every message at once, unless a test decides otherwise, and remembers what it
/// got.</summary>
internal sealed class RecordingHandler : IMqttPublishHandler
{
    private readonly ConcurrentQueue<string> _received = new();

    /// <summary>"topic payload" of each message in the order of the calls.</summary>
    internal IReadOnlyList<string> Received => [.. _received];

    internal Func<string, PublishReceipt> Decide { get; set; } = static _ => PublishReceipt.Accepted;

    public PublishReceipt Publish(in MqttPublication publication)
    {
        string text = $"{publication.GetTopicString()} {Encoding.UTF8.GetString(publication.Payload)}";
        _received.Enqueue(text);
        return Decide(text);
    }
}
