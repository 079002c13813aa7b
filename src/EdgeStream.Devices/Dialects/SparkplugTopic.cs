namespace EdgeStream.Devices;

/// <summary>A topic of Sparkplug B: <c>spBv1.0/group/TYPE/node[/device]</c>.</summary>
internal readonly ref struct SparkplugTopic
{
    private SparkplugTopic(
        ReadOnlySpan<byte> group, ReadOnlySpan<byte> type, ReadOnlySpan<byte> node, ReadOnlySpan<byte> device)
    {
        Group = group;
        Type = type;
        Node = node;
        Device = device;
    }

    internal ReadOnlySpan<byte> Group { get; }

    internal ReadOnlySpan<byte> Type { get; }

    internal ReadOnlySpan<byte> Node { get; }

    /// <summary>Empty for the edge node itself.</summary>
    internal ReadOnlySpan<byte> Device { get; }

    /// <summary>Whether the message is about a device of the node.</summary>
    internal bool IsOfDevice => Type is [(byte)'D', ..];

    /// <summary>Whether it carries the names of the metrics.</summary>
    internal bool IsBirth => Type.EndsWith("BIRTH"u8);

    internal bool IsDeath => Type.EndsWith("DEATH"u8);

    internal bool IsCommand => Type.EndsWith("CMD"u8);

    internal static bool TryRead(ReadOnlySpan<byte> topic, out SparkplugTopic parsed)
    {
        var levels = 1 + topic.Count((byte)'/');
        parsed = new SparkplugTopic(
            TopicPattern.Level(topic, 1), TopicPattern.Level(topic, 2), TopicPattern.Level(topic, 3),
            TopicPattern.Level(topic, 4));
        var isKnown = parsed.Type is [(byte)'N' or (byte)'D', .. var verb]
            && (verb.SequenceEqual("BIRTH"u8) || verb.SequenceEqual("DEATH"u8) || verb.SequenceEqual("DATA"u8)
                || verb.SequenceEqual("CMD"u8));
        return isKnown && levels == (parsed.IsOfDevice ? 5 : 4) && !parsed.Group.IsEmpty && !parsed.Node.IsEmpty
            && parsed.IsOfDevice == !parsed.Device.IsEmpty;
    }
}
