using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What the lanes of one shard share; all of it is thread-safe.</summary>
/// <param name="Definition">The delivery.</param>
/// <param name="Store">The streams and the state.</param>
/// <param name="StoreId">Is part of objects' names.</param>
/// <param name="Consumer">The delivery's place in the stream.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Columns">The columns that were discovered.</param>
/// <param name="Destination">Where the objects go.</param>
/// <param name="Link">What the delivery's shards share of the link.</param>
/// <param name="Memory">What batches may take.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where to log.</param>
internal sealed record ShardContext(
    DeliveryDefinition Definition, StreamStore Store, StoreId StoreId, StreamConsumer Consumer, Shard Shard,
    ColumnCatalog Columns, IDestination Destination, DeliveryLink Link, DeliveryMemory Memory, TimeProvider Time,
    ILogger Logger);
