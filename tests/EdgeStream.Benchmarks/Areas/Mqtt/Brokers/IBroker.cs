namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>A running MQTT server on 127.0.0.1, in processes of its own.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>Its port.</summary>
    int Port { get; }

    /// <summary>The process that serves, or one whose descendants do.</summary>
    int ProcessId { get; }

    /// <summary>Messages that it has stored since its start; null where it promises to store none.</summary>
    Task<long?> CountStoredAsync();
}
