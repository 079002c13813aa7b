using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Servers;

/// <summary>A server that takes part.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="HasSubscriptions">Whether it knows SubscribeToShard.</param>
/// <param name="StartAsync">Starts it with its data, if any, in a folder of its own.</param>
internal sealed record KinesisServerKind(
    string Name, bool HasSubscriptions, Func<TemporaryFolder, Task<IServerProcess>> StartAsync);
