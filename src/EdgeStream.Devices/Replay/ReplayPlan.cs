using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>One dead letter that is about to be replayed, with its records.</summary>
internal sealed record ReplayPlan(SequenceNumber Sequence, DataStream Stream, IReadOnlyList<PlannedRecord> Records);
