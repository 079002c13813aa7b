using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>A broker that takes part.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="StartAsync">Starts it with its data in a folder of its own.</param>
internal sealed record BrokerKind(string Name, Func<TemporaryFolder, Task<IBroker>> StartAsync);
