using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Live;

/// <summary>Records that are missing among those that the live feed shows.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Gap">Their numbers, and why.</param>
internal sealed record LiveGap(string Stream, Shard Shard, LogGap Gap);
