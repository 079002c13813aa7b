namespace EdgeStream.Devices;

/// <summary>One message as a dialect is given it.</summary>
internal readonly ref struct DialectMessage
{
    internal DialectMessage(
        Route route,
        ReadOnlySpan<byte> topic,
        string? clientId,
        ReadOnlySpan<byte> payload,
        DialectMemory memory,
        DialectLearning learning = DialectLearning.Everything)
    {
        Learning = learning;
        Route = route;
        Topic = topic;
        ClientId = clientId;
        Payload = payload;
        Memory = memory;
    }

    /// <summary>The route that took it.</summary>
    internal Route Route { get; }

    /// <summary>The topic name in UTF-8.</summary>
    internal ReadOnlySpan<byte> Topic { get; }

    /// <summary>The sender, or null.</summary>
    internal string? ClientId { get; }

    /// <summary>The payload as it came.</summary>
    internal ReadOnlySpan<byte> Payload { get; }

    /// <summary>What may be kept of it.</summary>
    internal DialectLearning Learning { get; }

    /// <summary>What dialects have learned from the messages before.</summary>
    internal DialectMemory Memory { get; }
}
